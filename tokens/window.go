package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Window is the content keys that go into a token, and those that were asked for and
// do not.
type Window struct {
	// Keys are ordered by the Start of their period, within it as the entry has them: by
	// track in the order of the channel, then by scheme. Static ones come first. A KID that
	// a packager uses in several periods is here for each.
	Keys []Key
	// LeftOut names each key that is wanted and not in Keys, once. It is never nil.
	LeftOut []LeftOut
}

// A Key is a content key and the entry that it belongs to.
type Key struct {
	keyplan.ContentKey
	Of keyplan.Licensable
}

// distinct are the keys of w, each KID once. They are not to be changed.
func (w Window) distinct() []Key {
	if !w.repeats() {
		return w.Keys
	}
	keys, at := make([]Key, 0, len(w.Keys)), make(map[keyplan.KID]int, len(w.Keys))
	for _, k := range w.Keys {
		i, known := at[k.KID]
		if !known {
			at[k.KID] = len(keys)
			keys = append(keys, k)
		} else if keys[i].IV == nil {
			keys[i].IV = k.IV
		}
	}
	return keys
}

// repeats reports whether a KID may be in w more than once, as a packager's own may be.
func (w Window) repeats() bool {
	return slices.ContainsFunc(w.Keys, func(k Key) bool { return k.Adopted })
}

// join appends k to keys, of which those from first on are of its entry. If its KID is there
// for another track or scheme, only its IV may be new.
func join(keys []Key, first int, k Key) []Key {
	same := slices.IndexFunc(keys[first:], func(other Key) bool { return other.KID == k.KID })
	if same < 0 {
		return append(keys, k)
	}
	if in := &keys[first+same]; in.IV == nil {
		in.IV = k.IV
	}
	return keys
}

// A LeftOut says why a KID is not in a token.
type LeftOut struct {
	KID    keyplan.KID `json:"kid"`
	Reason Reason      `json:"reason"`
}

// A Reason is why a key was left out.
type Reason string

const (
	// Cap: the token is full of keys that matter more.
	Cap Reason = "cap"
	// Expired: its period ended longer than keep ago.
	Expired Reason = "expired"
	// Filtered: its KID was asked for, its track or scheme was not.
	Filtered Reason = "filtered"
	// Revoked: its KID is withdrawn.
	Revoked Reason = "revoked"
	// Unknown: no planned period has a key with this KID.
	Unknown Reason = "unknown"
)

// Window chooses the keys of a token. spans is what the plan's Licensable gives for the
// same policy and now. An entry goes in with all of its keys that are wanted, or not at
// all.
func (w Wish) Window(spans []keyplan.Licensable, pol *keyplan.Policy, now time.Time, caps Caps) Window {
	return newSieve(w, pol, now, nil).choose(spans, caps)
}

// choose sifts spans, and settles what may go in.
func (s *sieve) choose(spans []keyplan.Licensable, caps Caps) Window {
	for i := range spans {
		s.sift(&spans[i])
	}
	s.settle(caps.take(s.claims, s.since, s.now))
	for _, kid := range s.wish.KIDs {
		if !s.asked[kid] {
			s.asked[kid] = true
			s.leave(kid, Unknown)
		}
	}
	return s.window
}
