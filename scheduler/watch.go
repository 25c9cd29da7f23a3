package scheduler

import "time"

const (
	// widestStep is how far the wall clock may go forward by itself and still be believed.
	widestStep = time.Hour
	// standing is how long it must have stood since it went further.
	standing = 10 * time.Minute
)

// A watch holds the wall clock against the monotonic one, which nobody sets, and says
// whether to believe it in what cannot be undone. A clock that is set days ahead by mistake
// is mostly set back soon. A machine that slept looks the same, and so, since nothing is
// known of the time before, does a process that starts: there waiting does no harm.
type watch struct {
	began time.Time // by the monotonic clock; zero: it was not looked at yet
	base  time.Time // what the wall clock should have shown then
	since time.Time // from when on, by the monotonic clock, the wall clock has stood
}

// look compares both clocks, and gives how far the wall clock went forward by itself, if
// that is further than it may.
func (w *watch) look(wall, now time.Time) time.Duration {
	if w.began.IsZero() {
		w.began, w.base, w.since = now, wall, now
	}
	base := wall.Add(-now.Sub(w.began))
	step := base.Sub(w.base)
	switch {
	case step > widestStep:
		w.base, w.since = base, now
		return step
	case step < 0:
		w.base = base
	}
	return 0
}

// stands reports whether the wall clock has stood for long enough.
func (w *watch) stands(now time.Time) bool { return now.Sub(w.since) >= standing }
