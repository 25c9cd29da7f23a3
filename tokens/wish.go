package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Wish says which content keys a token is to hold. The zero Wish is for what is on air:
// every entry whose licensable span overlaps [now − dvr, now + lead].
type Wish struct {
	// KIDs asks for these keys instead. Empty means it does not.
	KIDs []keyplan.KID `json:"kids,omitempty"`
	// From and To ask instead for every entry whose keys may be on air in [From, To], positions
	// in the programme. Both zero means they do not.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Tracks and Scheme leave out the keys of others. Empty means that all go in.
	Tracks []keyplan.Track `json:"tracks,omitempty"`
	Scheme keyplan.Scheme  `json:"scheme,omitempty"`
}

// explicit reports whether w names keys or a span, in place of what is on air.
func (w Wish) explicit() bool { return len(w.KIDs) > 0 || !w.From.IsZero() }

// beside reports whether w asks for a span that lies outside of an entry's period.
func (w Wish) beside(e *keyplan.Entry) bool {
	return !w.From.IsZero() && !e.Static() && (e.Start.After(w.To) || !e.End.After(w.From))
}

// admits reports whether w leaves k in.
func (w Wish) admits(k keyplan.ContentKey) bool {
	return (len(w.Tracks) == 0 || slices.Contains(w.Tracks, k.Track)) &&
		(w.Scheme == "" || w.Scheme == k.Scheme)
}

// asked has the KIDs that are asked for, none of them met.
func (w Wish) asked() map[keyplan.KID]bool {
	set := make(map[keyplan.KID]bool, len(w.KIDs))
	for _, kid := range w.KIDs {
		set[kid] = false
	}
	return set
}
