package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// checkWindow reports that w, a window on plan, has no keys, or not those that are on air
// when the token may be used, and why: as a *RequestError if another request would fare
// better, else as ErrNothingPlanned.
func (r Request) checkWindow(plan *keyplan.Plan, w Window, now time.Time) error {
	switch {
	case r.beyond(plan, w, now):
		return &RequestError{"validFrom", "a time before " + plan.End().Format(time.RFC3339) + ", where the plan ends"}
	case len(w.Keys) > 0:
		return nil
	}
	return r.nothing(plan, w)
}

// beyond reports whether a token for what is on air would begin after the plan ends. With a
// static key, which is always on air, it does not matter.
func (r Request) beyond(plan *keyplan.Plan, w Window, now time.Time) bool {
	static := func(k Key) bool { return k.Of.Static() }
	return !r.explicit() && !plan.Empty() && r.ValidFrom.After(now) && !r.ValidFrom.Before(plan.End()) &&
		!slices.ContainsFunc(w.Keys, static)
}

// nothing says why a window has no keys.
func (r Request) nothing(plan *keyplan.Plan, w Window) error {
	full := slices.ContainsFunc(w.LeftOut, func(l LeftOut) bool { return l.Reason == Cap })
	switch {
	case full:
		return &RequestError{"tracks", "fewer track types: no key period fits into a token whole"}
	case len(r.KIDs) > 0:
		return &RequestError{"kids", "at least one KID that may be licensed"}
	case r.explicit():
		return &RequestError{"from", "a span with planned key periods that ended no longer than keep ago"}
	case len(r.Tracks) > 0 && len(plan.Entries()) > 0 && !r.planned(plan):
		return &RequestError{"tracks", "track types of a planned key period: no planned period has these yet"}
	}
	return ErrNothingPlanned
}

// planned reports whether some planned period has a key of a track that r asks for.
func (r Request) planned(plan *keyplan.Plan) bool {
	return slices.ContainsFunc(plan.Tracks(), func(t keyplan.Track) bool { return slices.Contains(r.Tracks, t) })
}
