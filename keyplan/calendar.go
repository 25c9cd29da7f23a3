package keyplan

import (
	"iter"
	"time"
)

// A Calendar unrolls a policy into boundaries, the instants at which keys change. It
// is an immutable value and a pure function of the policy: whoever asks, and whatever
// instant they start from, the periods are the same, gapless and half-open.
//
// Boundaries are whole seconds. Every time that a Calendar returns is in UTC.
type Calendar struct {
	rhythm rhythm
	from   time.Time // the zero time is no limit
}

// A rhythm is a set of boundaries without beginning or end.
type rhythm interface {
	next(t time.Time) time.Time // the first boundary after t
	last(t time.Time) time.Time // the last boundary at or before t
	String() string             // what decides the set
}

// newCalendar checks what decides the boundaries. The result is of use only if it
// adds no problem.
func newCalendar(c PolicyConfig, ps *Problems) *Calendar {
	cal := &Calendar{from: firstBoundary(c, ps)}
	every, cron := c.Rotate.Every, c.Rotate.Cron
	if (every != nil) == (cron != "") {
		ps.Add("rotate", "either every or cron")
	}
	if every != nil {
		cal.rhythm = newInterval(*every, ps)
	}
	if cron != "" {
		cal.rhythm = newCrontab(cron, newZone(c.Zone, ps), ps)
	} else if c.Zone != "" {
		ps.Add("zone", "no zone: it goes only together with rotate.cron")
	}
	return cal
}

func firstBoundary(c PolicyConfig, ps *Problems) time.Time {
	t := or(c.From, time.Time{}).UTC()
	if t.Nanosecond() != 0 {
		ps.Add("from", "a whole second")
	}
	if t.After(lastBoundary) {
		ps.Add("from", "a year before 9999")
	}
	return t.Truncate(time.Second)
}

// Next returns the first boundary strictly after t.
func (c *Calendar) Next(t time.Time) time.Time {
	if t.Before(c.from) {
		return c.from
	}
	return c.rhythm.next(t)
}

// Containing returns the period that contains t. There is none before the policy's
// From.
func (c *Calendar) Containing(t time.Time) (Period, bool) {
	if t.Before(c.from) {
		return Period{}, false
	}
	return Period{Start: latest(c.from, c.rhythm.last(t)), End: c.rhythm.next(t)}, true
}

// After yields the periods from start on, without end. The first begins at start even
// if that is no boundary, because a changed policy goes on where the plan ends; if
// start is before the policy's From, it begins there. Fractions of a second are cut off.
func (c *Calendar) After(start time.Time) iter.Seq[Period] {
	start = latest(c.from, start.UTC().Truncate(time.Second))
	return func(yield func(Period) bool) {
		for p := (Period{start, c.Next(start)}); yield(p); {
			p = Period{p.End, c.Next(p.End)}
		}
	}
}

// Zone is where a cron expression is read; UTC for an interval.
func (c *Calendar) Zone() *time.Location {
	if cron, ok := c.rhythm.(crontab); ok {
		return cron.zone.Location
	}
	return time.UTC
}

// String says what decides the boundaries: "every 30s", "cron 0 4 * * * Europe/Berlin",
// either with " from 2026-01-01T00:00:00Z". Calendars of one String are equal.
func (c *Calendar) String() string {
	if c.from.IsZero() {
		return c.rhythm.String()
	}
	return c.rhythm.String() + " from " + c.from.Format(time.RFC3339)
}
