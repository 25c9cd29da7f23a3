package forecast

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// MaxPeriods is how many periods a Timeline may have: two years of ten-minute ones.
const MaxPeriods = 100_000

// A Timeline is every period of a policy that overlaps a range of dates.
type Timeline struct {
	Runs []Run
	// Periods is how many there are: at least one, unless the policy begins after the range.
	Periods int
	// Shortest and Longest are the first of their kind.
	Shortest, Longest keyplan.Period
	// InToken is how many periods a token without wishes names at the most, in which packagers
	// ask in time.
	InToken int
}

// A Run is consecutive periods of one length. Clocks are set in its last one or in none.
type Run struct {
	Start, End time.Time // UTC
	Periods    int
	Length     time.Duration
	// Clocks are those set in its last period.
	Clocks []ClockChange
}

// New unrolls a policy over the range [from, to). Clocks are those of zone. It is an error if
// there are more than MaxPeriods, those counted that are on their way out of tokens when the
// range begins.
func New(pol *keyplan.Policy, from, to time.Time, zone *time.Location) (Timeline, error) {
	first := from
	if p, ok := pol.Calendar.Containing(from); ok {
		first = p.Start
	}
	stay := stayOf(pol)
	var t Timeline
	var in []keyplan.Period // those that a token of now names
	count := 0
	for p := range pol.Calendar.After(earliest(pol, first.Add(-stay.after-stay.before))) {
		if !p.Start.Before(to) {
			break
		}
		if count++; count > MaxPeriods {
			return Timeline{}, fmt.Errorf("more than %d periods from %s to %s, and before it still in tokens", MaxPeriods, from.Format(time.RFC3339), to.Format(time.RFC3339))
		}
		in = append(stay.still(in, p), p)
		if !p.End.After(from) {
			continue
		}
		t.InToken = max(t.InToken, len(in))
		t.add(p, clockChanges(zone, p.Start, p.End))
	}
	return t, nil
}

// earliest is the boundary from which on periods have to be looked at.
func earliest(pol *keyplan.Policy, at time.Time) time.Time {
	if p, ok := pol.Calendar.Containing(at); ok {
		return p.Start
	}
	return pol.Calendar.Next(at)
}

func (t *Timeline) add(p keyplan.Period, clocks []ClockChange) {
	t.Periods++
	if t.Periods == 1 || p.Duration() < t.Shortest.Duration() {
		t.Shortest = p
	}
	if t.Periods == 1 || p.Duration() > t.Longest.Duration() {
		t.Longest = p
	}
	n := len(t.Runs) - 1
	if n < 0 || t.Runs[n].Length != p.Duration() || len(t.Runs[n].Clocks) > 0 {
		t.Runs = append(t.Runs, Run{Start: p.Start, Length: p.Duration()})
		n++
	}
	t.Runs[n].End, t.Runs[n].Clocks = p.End, clocks
	t.Runs[n].Periods++
}

// A stay is how long before its start and after its end a period is in tokens.
type stay struct{ before, after time.Duration }

// stayOf has the slack that there is at the least: nobody knows here how packagers count.
func stayOf(pol *keyplan.Policy) stay {
	var slack time.Duration
	if pol.Every != pol.PackagerInterval {
		slack = pol.PackagerInterval / 2
	}
	return stay{before: slack + pol.Lead, after: slack + pol.Grace + pol.DVR}
}

// still are those periods that have not left tokens when next enters them.
func (s stay) still(in []keyplan.Period, next keyplan.Period) []keyplan.Period {
	for len(in) > 0 && in[0].End.Add(s.after).Before(next.Start.Add(-s.before)) {
		in = in[1:]
	}
	return in
}
