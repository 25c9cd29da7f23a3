package keyplan

import (
	"math"
	"time"
)

// A zone is a time zone as its clocks show it. A wall-clock time is written as a
// time.Time in UTC, so that it has no zone of its own. Clocks are set forward (a gap:
// times that they never show) and back (a fold: times that they show twice).
type zone struct{ *time.Location }

// reach is more than any zone's offset from UTC, and more than any clock was ever set
// back: Alaska repeated almost a whole day in 1867, Kwajalein in 1969.
const reach = 48 * time.Hour

// newZone loads a zone by its IANA name; the empty name is UTC. The name of the
// machine's own zone is refused: a policy means the same on every machine.
func newZone(name string, ps *Problems) zone {
	loc, err := time.LoadLocation(name)
	if err != nil || loc == time.Local {
		ps.Add("zone", "an IANA time zone such as Europe/Berlin")
		return zone{time.UTC}
	}
	return zone{loc}
}

// A stretch is a span [start, end) of instants with one offset from UTC.
type stretch struct {
	start, end time.Time
	offset     time.Duration
}

func (s stretch) clock(t time.Time) time.Time   { return t.Add(s.offset) }
func (s stretch) instant(w time.Time) time.Time { return w.Add(-s.offset) }

// stretch returns the one that contains t, cut off before t; the one after it begins
// at its end, with the same offset perhaps. Only the end that ZoneBounds gives is of
// use: after the last transition that a zone lists, its start may be that of the year,
// and on 31 December of a leap year its end is the midnight before.
func (z zone) stretch(t time.Time) stretch {
	t = t.UTC()
	local := t.In(z.Location)
	_, seconds := local.Zone()
	_, end := local.ZoneBounds()
	switch {
	case end.IsZero():
		end = t.Add(math.MaxInt64)
	case !end.After(t):
		end = t.Truncate(24 * time.Hour).Add(24 * time.Hour)
	}
	return stretch{start: t, end: end.UTC(), offset: time.Duration(seconds) * time.Second}
}

// first returns the first instant at which the clock shows w or a later time: the end
// of the gap if w lies in one, the earlier of the two if w lies in a fold.
func (z zone) first(w time.Time) time.Time {
	for s := z.stretch(w.Add(-reach)); ; s = z.stretch(s.end) {
		if at := latest(s.start, s.instant(w)); at.Before(s.end) {
			return at
		}
	}
}

// reached returns the latest time that the clock has shown up to t. In a fold, that is
// what it showed last before it was set back; then w is after reached(t) exactly if
// first(w) is after t.
func (z zone) reached(t time.Time) time.Time {
	t = t.UTC()
	w := t.Add(-reach)
	for s := z.stretch(t.Add(-reach)); ; s = z.stretch(s.end) {
		if t.Before(s.end) {
			return latest(w, s.clock(t))
		}
		w = latest(w, s.clock(s.end).Add(-1))
	}
}
