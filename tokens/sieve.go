package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A sieve sorts the keys of a plan into a window.
type sieve struct {
	wish   Wish
	asked  map[keyplan.KID]bool // the value says whether it was met
	policy *keyplan.Policy
	now    time.Time
	// A wish for what is on air is for what overlaps [since, until].
	since, until time.Time
	claims       []claim // by Start
	all          []Key   // of all claims, in their order
	window       Window
}

// newSieve puts keys into the memory of all, which is empty.
func newSieve(w Wish, pol *keyplan.Policy, now time.Time, all []Key) *sieve {
	return &sieve{
		wish: w, asked: w.asked(), policy: pol, now: now,
		since: now.Add(-pol.DVR), until: now.Add(pol.Lead),
		all: all, window: Window{LeftOut: []LeftOut{}},
	}
}

// A claim is an entry with those of its keys that are wanted, at least one, each KID once.
type claim struct {
	keyplan.Licensable
	keys []Key
	// beside is true if the span that is asked for lies outside of the period, whose keys
	// packagers may have used there all the same.
	beside bool
}

// on reports whether nobody plays at now without the keys.
func (c claim) on(now time.Time) bool { return c.Static() || c.Contains(now) }

// sift makes a claim of the keys of l that are wanted, but for those that must stay out.
func (s *sieve) sift(l *keyplan.Licensable) {
	if !s.means(l) {
		return
	}
	s.meetReplaced(l)
	first := len(s.all)
	for _, k := range l.Keys {
		if !s.wants(k) {
			continue
		}
		s.meet(k.KID)
		if reason := s.objection(*l, k); reason != "" {
			s.leave(k.KID, reason)
			continue
		}
		s.all = join(s.all, first, Key{ContentKey: k, Of: *l})
	}
	if len(s.all) > first {
		s.claims = append(s.claims, claim{Licensable: *l, keys: s.all[first:], beside: s.wish.beside(l.Entry)})
	}
}

// means reports whether the wish is for the entry of l, or perhaps for some keys of it.
func (s *sieve) means(l *keyplan.Licensable) bool {
	switch {
	case len(s.wish.KIDs) > 0:
		return true
	case s.wish.explicit():
		return l.Overlaps(s.wish.From, s.wish.To)
	case !l.Until.IsZero() && l.Until.Before(s.since):
		return false // most of a long plan, and nothing of the entry was looked at
	}
	return l.Overlaps(s.since, s.until)
}

func (s *sieve) wants(k keyplan.ContentKey) bool {
	if len(s.wish.KIDs) > 0 {
		_, asked := s.asked[k.KID]
		return asked
	}
	return s.wish.admits(k)
}

// meetReplaced leaves out KIDs that are asked for and that l has other keys in the place of.
func (s *sieve) meetReplaced(l *keyplan.Licensable) {
	for _, kid := range l.Replaced {
		if _, asked := s.asked[kid]; asked {
			s.asked[kid] = true
			s.leave(kid, Revoked)
		}
	}
}

func (s *sieve) meet(kid keyplan.KID) {
	if _, asked := s.asked[kid]; asked {
		s.asked[kid] = true
	}
}

// objection says why a key that is wanted must stay out, or nothing.
func (s *sieve) objection(l keyplan.Licensable, k keyplan.ContentKey) Reason {
	switch {
	case k.IsWithdrawn(s.now):
		return Revoked
	case !l.Static() && !s.policy.Servable(l.End, s.now):
		return Expired
	case !s.wish.admits(k):
		return Filtered
	}
	return ""
}

// settle puts the claims that were taken into the window and leaves out the others.
func (s *sieve) settle(taken []bool) {
	if !slices.Contains(taken, false) {
		s.window.Keys = s.all
		s.prune()
		return
	}
	for i, c := range s.claims {
		if taken[i] {
			s.window.Keys = append(s.window.Keys, c.keys...)
			continue
		}
		for _, k := range c.keys {
			s.leave(k.KID, Cap)
		}
	}
	s.prune()
}

// prune keeps each KID that was left out once, and none that is in the window for another
// of its uses.
func (s *sieve) prune() {
	if len(s.window.LeftOut) == 0 {
		return
	}
	said := make(map[keyplan.KID]bool, len(s.window.Keys))
	for _, k := range s.window.Keys {
		said[k.KID] = true
	}
	s.window.LeftOut = slices.DeleteFunc(s.window.LeftOut, func(l LeftOut) bool {
		again := said[l.KID]
		said[l.KID] = true
		return again
	})
}

func (s *sieve) leave(kid keyplan.KID, why Reason) {
	s.window.LeftOut = append(s.window.LeftOut, LeftOut{KID: kid, Reason: why})
}
