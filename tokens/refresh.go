package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// refreshAt is when a token will not hold a key any more that win has, because its KID is
// withdrawn, or if that is sooner, will hold one that win lacks.
func (w Wish) refreshAt(plan *keyplan.Plan, pol *keyplan.Policy, now time.Time, win Window, expires time.Time) time.Time {
	at := w.lacksAt(plan, pol, now, win, expires)
	for _, k := range win.Keys {
		if k.Withdrawn.After(now) {
			at = earliest(at, k.Withdrawn)
		}
	}
	return at
}

// lacksAt is when a token for what is on air will hold a key that win lacks: when the
// first coming entry that is not in it is announced. If that one was announced and did
// not fit, it goes in when it is on air at the latest. expires is the latest answer, and
// the only one for a wish that names keys or a span, or if nothing is planned to come.
func (w Wish) lacksAt(plan *keyplan.Plan, pol *keyplan.Policy, now time.Time, win Window, expires time.Time) time.Time {
	if w.explicit() || !plan.End().After(now) {
		return expires
	}
	for _, e := range plan.Between(now, plan.End()) {
		if e.Start.After(now) && !win.has(e) {
			return earliest(expires, entersAt(plan, pol, e, now))
		}
	}
	return earliest(expires, unplannedAt(plan, pol, now))
}

// entersAt is when an entry that begins after now enters tokens: the first instant after
// now of those at which it may.
func entersAt(plan *keyplan.Plan, pol *keyplan.Policy, e *keyplan.Entry, now time.Time) time.Time {
	announced := plan.AnnounceAt(pol, e)
	for _, t := range []time.Time{announced, announced.Add(pol.Lead)} {
		if t.After(now) {
			return t
		}
	}
	return e.Start
}

// unplannedAt is when the period after the plan is announced. If lead reaches further than
// a plan that cannot grow, it is worth asking again at the end of the current period.
func unplannedAt(plan *keyplan.Plan, pol *keyplan.Policy, now time.Time) time.Time {
	beyond := &keyplan.Entry{Period: keyplan.Period{Start: plan.End()}}
	if t := plan.AnnounceAt(pol, beyond); t.After(now) {
		return t
	}
	if e, ok := plan.At(now); ok {
		return e.End
	}
	return plan.End()
}

func (w Window) has(e *keyplan.Entry) bool {
	return slices.ContainsFunc(w.Keys, func(k Key) bool { return k.Of.Start.Equal(e.Start) })
}
