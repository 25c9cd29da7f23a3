package keyplan_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"

	"github.com/keyrotor/keyrotor/keyplan"
)

// specs are what the laws are tried with: how far around a change, and how finely.
var specs = []struct {
	cron string
	span time.Duration
}{
	{"* * * * *", 4 * time.Minute},
	{"*/5 * * * *", 65 * time.Minute},
	{"0 * * * *", 5 * time.Hour},
	{"30 */2 * * *", 8 * time.Hour},
	{"30 2 * * *", 50 * time.Hour},
	{"0 0 * * *", 50 * time.Hour},
	{"15 0,12 * * *", 26 * time.Hour},
	{"0 3 * * 0", 8 * 24 * time.Hour},
	{"0 0 1 1 *", time.Hour},
	{"0 12 29 2 *", time.Hour},
}

func TestPeriodsAreGaplessAroundEveryKindOfClockChangeInEveryZone(t *testing.T) {
	t.Parallel()
	around := changes(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, spec := range specs {
		for _, c := range around {
			cal := crontab(t, spec.cron, c.zone.String())
			if problem := gapless(cal, c.at, spec.span, random); problem != "" {
				t.Fatalf("%v around %v: %s", cal, c.at, problem)
			}
		}
	}
}

// gapless follows the boundaries from before at to after it and asks, starting at
// other instants, for the same periods. It says what is wrong.
func gapless(cal *keyplan.Calendar, at time.Time, span time.Duration, random *rand.Rand) string {
	first, _ := cal.Containing(at.Add(-span))
	var run []keyplan.Period
	for p := range cal.After(first.Start) {
		run = append(run, p)
		if !p.Start.Before(p.End) {
			return "not growing: " + show(p)
		}
		if p.End.After(at.Add(span)) {
			break
		}
	}
	for _, p := range run {
		if !p.Contains(at) && random.IntN(len(run)) > 0 {
			continue
		}
		if got, _ := cal.Containing(p.Start); got != p {
			return "from its start, " + show(p) + " is " + show(got)
		}
		if got, _ := cal.Containing(p.End.Add(-1)); got != p {
			return "just before its end, " + show(p) + " is " + show(got)
		}
		if got, _ := cal.Containing(p.End); got.Start != p.End {
			return show(p) + " is followed by " + show(got)
		}
		if got := cal.Next(p.Start.Add(p.Duration() / 3)); got != p.End {
			return "seen from inside, " + show(p) + " ends " + got.String()
		}
	}
	return ""
}

func show(p keyplan.Period) string {
	return "[" + p.Start.Format(time.RFC3339Nano) + ", " + p.End.Format(time.RFC3339Nano) + ")"
}

// By the minute, and knowing nothing of offsets: a fixed hour is due when the clock
// first shows it or jumps over it, an open one whenever the clock shows it.
func TestBoundariesAreThoseThatAWatchedClockGives(t *testing.T) {
	t.Parallel()
	rules := []struct {
		cron string
		open bool
		due  func(w time.Time) bool
	}{
		{"30 2 * * *", false, func(w time.Time) bool { return w.Hour() == 2 && w.Minute() == 30 }},
		{"*/20 0-3 * * *", false, func(w time.Time) bool { return w.Hour() <= 3 && w.Minute()%20 == 0 }},
		{"15 0,12 * * 0,6", false, func(w time.Time) bool {
			return w.Hour()%12 == 0 && w.Minute() == 15 && (w.Weekday() == time.Sunday || w.Weekday() == time.Saturday)
		}},
		{"30 */2 * * *", true, func(w time.Time) bool { return w.Hour()%2 == 0 && w.Minute() == 30 }},
		{"*/20 * * * *", true, func(w time.Time) bool { return w.Minute()%20 == 0 }},
	}
	seen := map[kind]bool{}
	for _, c := range changes(t) {
		if seen[c.kind()] || c.before%60 != 0 || c.after%60 != 0 {
			continue
		}
		seen[c.kind()] = true
		from, to := c.at.Add(-30*time.Hour), c.at.Add(30*time.Hour)
		shown := watch(c.zone, from.Add(-26*time.Hour), to)
		for _, rule := range rules {
			cal := crontab(t, rule.cron, c.zone.String())
			want := shown.due(from, rule.open, rule.due)
			if diff := cmp.Diff(want, boundaries(cal, from, to)); diff != "" {
				t.Fatalf("%v around %v (-clock +calendar):\n%s", cal, c.at, diff)
			}
		}
	}
	t.Logf("%d kinds of change with %d specs", len(seen), len(rules))
}

// A reading is an instant and what a clock shows then, as if it were in UTC.
type reading struct{ at, face time.Time }

type readings []reading

// watch looks at the clock every minute.
func watch(zone *time.Location, from, to time.Time) readings {
	var rs readings
	for at := from; !at.After(to); at = at.Add(time.Minute) {
		w := at.In(zone)
		face := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, time.UTC)
		rs = append(rs, reading{at, face})
	}
	return rs
}

// due returns the instants after from at which the rule rings.
func (rs readings) due(from time.Time, open bool, due func(face time.Time) bool) []time.Time {
	var at []time.Time
	highest := rs[0].face
	for _, r := range rs[1:] {
		ring := open && due(r.face)
		for !open && highest.Before(r.face) {
			highest = highest.Add(time.Minute)
			ring = ring || due(highest)
		}
		if ring && r.at.After(from) {
			at = append(at, r.at)
		}
	}
	return at
}

func boundaries(cal *keyplan.Calendar, from, to time.Time) []time.Time {
	var at []time.Time
	for t := cal.Next(from); !t.After(to); t = cal.Next(t) {
		at = append(at, t)
	}
	return at
}

// Where clocks are set on the hour, by whole hours, the library and the calendar agree.
func TestOpenHoursAreWhatTheCronLibraryGivesInTheZone(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, c := range changes(t) {
		k := c.kind()
		if c.at.Year() < 1970 || k.by%3600 != 0 || k.clock%3600 != 0 || k.odd != 0 {
			continue
		}
		for _, spec := range specs[:4] {
			tried++
			cal := crontab(t, spec.cron, c.zone.String())
			library, err := cron.ParseStandard(spec.cron)
			if err != nil {
				t.Fatal(err)
			}
			for u := c.at.Add(-spec.span); u.Before(c.at.Add(spec.span)); u = cal.Next(u) {
				want := library.Next(u.In(c.zone))
				if got := cal.Next(u); !got.Equal(want) {
					t.Fatalf("%v after %v: %v, the library gives %v", cal, u, got, want.UTC())
				}
			}
		}
	}
	t.Logf("%d changes × specs", tried)
}
