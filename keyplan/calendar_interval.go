package keyplan

import "time"

// Bounds of Rotate.Every and PackagerInterval.
const (
	MinInterval = time.Second
	MaxInterval = 366 * 24 * time.Hour
)

// An interval is the rhythm of Rotate.Every: boundaries at each multiple of it since
// the Unix epoch, before 1970 too.
type interval time.Duration

func newInterval(d time.Duration, ps *Problems) interval {
	checkInterval(ps, "rotate.every", d)
	return interval(d)
}

func checkInterval(ps *Problems, key string, d time.Duration) {
	if d < MinInterval || d > MaxInterval || d%time.Second != 0 {
		ps.Add(key, "whole seconds, from 1s to 8784h (366 days)")
	}
}

func (i interval) next(t time.Time) time.Time { return i.last(t).Add(time.Duration(i)) }

func (i interval) last(t time.Time) time.Time {
	seconds := int64(time.Duration(i) / time.Second)
	since := t.Unix() % seconds
	if since < 0 {
		since += seconds
	}
	return time.Unix(t.Unix()-since, 0).UTC()
}

func (i interval) String() string { return "every " + time.Duration(i).String() }
