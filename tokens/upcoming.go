package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// withUpcoming adds to the keys that w asks for by KID, which win holds, those of the periods
// that are announced and have not begun, of the same tracks and schemes. None of those that
// were asked for leaves for them: one that a licence request names and the token lacks denies
// the whole licence.
func (w Wish) withUpcoming(win Window, spans []keyplan.Licensable, pol *keyplan.Policy, now time.Time, caps Caps) Window {
	for _, l := range spans {
		if l.Static() || !l.Start.After(now) || !l.Overlaps(now, now.Add(pol.Lead)) {
			continue
		}
		more := w
		more.KIDs = slices.Concat(w.KIDs, win.alike(l, now))
		grown := more.Window(spans, pol, now, caps)
		if !grown.holds(win) {
			return win
		}
		w, win = more, grown
	}
	return win
}

// alike are the KIDs of an entry for tracks and schemes of which w has a key, but for those that are
// withdrawn at now: nobody asked for them.
func (w Window) alike(l keyplan.Licensable, now time.Time) []keyplan.KID {
	var kids []keyplan.KID
	for _, k := range l.Keys {
		same := func(in Key) bool { return in.Track == k.Track && in.Scheme == k.Scheme }
		if !k.IsWithdrawn(now) && slices.ContainsFunc(w.Keys, same) {
			kids = append(kids, k.KID)
		}
	}
	return kids
}

// holds reports whether w has every KID of other, and leaves none out that other does not.
func (w Window) holds(other Window) bool {
	kids := w.KIDs()
	missing := func(kid keyplan.KID) bool { return !slices.Contains(kids, kid) }
	return !slices.ContainsFunc(other.KIDs(), missing) && len(w.LeftOut) <= len(other.LeftOut)
}
