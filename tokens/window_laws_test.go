package tokens_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestAPeriodIsInFromLeadBeforeItsSpanUntilDVRAfterIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		in := set(s.window(tokens.Wish{}, tokens.Caps{}))
		for _, l := range s.plan.Licensable(s.policy, s.now) {
			announced := !s.now.Before(s.plan.AnnounceAt(s.policy, l.Entry))
			over := s.now.After(l.Until.Add(s.policy.DVR)) || s.now.After(l.End.Add(s.policy.Keep))
			for _, k := range l.Keys {
				if want := announced && !over; in[k.KID] != want {
					t.Errorf("period at %v at %v: in the window %v, want %v", l.Start, s.now, in[k.KID], want)
				}
			}
		}
	})
}

// Whatever packagers ask in that second.
func TestAWindowHoldsWhatAPlayerHadASecondAgoAndStillNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		held, s := s.window(tokens.Wish{}, tokens.Caps{}), s.later(time.Second)
		for range rapid.IntRange(0, 3).Draw(t, "asks since") {
			s.plan = s.plan.With(drawSeen(t, s.policy, s.now).Record())
		}
		in := set(s.window(tokens.Wish{}, tokens.Caps{}))
		for _, k := range held.Keys {
			needed := k.Of.Overlaps(s.now.Add(-s.policy.DVR), s.now.Add(s.policy.Lead)) && s.policy.Servable(k.Of.End, s.now)
			if needed && !in[k.KID] {
				t.Errorf("key of the period at %v is gone at %v", k.Of.Start, s.now)
			}
		}
	})
}

func TestFiltersOnlyRemove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := drawScene(t), drawFilters(t)
		var want []keyplan.KID
		for _, k := range s.window(tokens.Wish{}, tokens.Caps{}).Keys {
			if (len(w.Tracks) == 0 || slices.Contains(w.Tracks, k.Track)) && (w.Scheme == "" || k.Scheme == w.Scheme) {
				want = append(want, k.KID)
			}
		}
		got := s.window(w, tokens.Caps{})
		if !slices.Equal(got.KIDs(), want) {
			t.Errorf("filtered %v, want %v", got.KIDs(), want)
		}
		if slices.ContainsFunc(got.LeftOut, func(l tokens.LeftOut) bool { return l.Reason == tokens.Filtered }) {
			t.Errorf("left out %v, though no KID was asked for", got.LeftOut)
		}
	})
}

func TestNoCapIsExceededButByWhatIsOnAirAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, caps := drawScene(t), drawCaps(t)
		got := s.window(drawWish(t, s), caps)
		alone := !slices.ContainsFunc(got.Keys, func(k tokens.Key) bool { return !k.Of.Contains(s.now) })
		if !holds(caps, got.Keys) && !alone {
			t.Errorf("%d keys are over the caps, and not all of them are on air", len(got.Keys))
		}
	})
}

func TestUnderCapsEveryWantedKeyIsInOrLeftOutByWholeEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w, caps := drawScene(t), drawFilters(t), drawCaps(t)
		got := s.window(w, caps)
		in, out := set(got), map[keyplan.KID]bool{}
		for _, l := range got.LeftOut {
			if l.Reason == tokens.Cap {
				out[l.KID] = true
			}
		}
		entry := map[time.Time]bool{}
		for _, k := range s.window(w, tokens.Caps{}).Keys {
			first, known := entry[k.Of.Start]
			if in[k.KID] == out[k.KID] || known && first != in[k.KID] {
				t.Errorf("key of %v: in %v, left out %v", k.Of.Start, in[k.KID], out[k.KID])
			}
			entry[k.Of.Start] = in[k.KID]
		}
	})
}

func TestTheEntryThatContainsNowIsInWhateverTheCaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, caps := drawScene(t), drawCaps(t)
		e, ok := s.plan.At(s.now)
		if !ok {
			return
		}
		in := set(s.window(tokens.Wish{}, caps))
		for _, k := range e.Keys {
			if !in[k.KID] {
				t.Errorf("key of %v is missing at %v", e.Start, s.now)
			}
		}
	})
}

func TestWhatIsLeftOutForACapWouldNotHaveFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w, caps := drawScene(t), drawFilters(t), drawCaps(t)
		got := s.window(w, caps)
		for _, k := range s.window(w, tokens.Caps{}).Keys {
			if !set(got)[k.KID] && holds(caps, slices.Concat(got.Keys, entryOf(s.window(w, tokens.Caps{}), k))) {
				t.Fatalf("the entry at %v was left out though it fits", k.Of.Start)
			}
		}
	})
}

func TestEveryKIDAskedForIsAnsweredOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := drawScene(t), drawFilters(t)
		w.KIDs = rapid.SliceOfN(rapid.Custom(drawKID), 1, 12).Draw(t, "kids")
		got := s.window(w, drawCaps(t))
		answered := got.KIDs()
		for _, l := range got.LeftOut {
			answered = append(answered, l.KID)
		}
		order := func(a, b keyplan.KID) int { return slices.Compare(a[:], b[:]) }
		want := slices.Compact(slices.SortedFunc(slices.Values(w.KIDs), order))
		slices.SortFunc(answered, order)
		if !slices.Equal(answered, want) {
			t.Errorf("answered %v, want %v", answered, want)
		}
	})
}

func TestKeysAreOrderedByPeriodTrackAndScheme(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		kids := s.window(drawFilters(t), drawCaps(t)).KIDs() // which count up in that order
		if !slices.IsSortedFunc(kids, func(a, b keyplan.KID) int { return slices.Compare(a[:], b[:]) }) {
			t.Errorf("order %v", kids)
		}
	})
}

// drawKID is one of a scene's, or none that exists.
func drawKID(t *rapid.T) keyplan.KID {
	keys := keysOf(rapid.IntRange(0, 61).Draw(t, "period"), 3)
	return rapid.SampledFrom(keys).Draw(t, "key").KID
}

func holds(caps tokens.Caps, keys []tokens.Key) bool {
	var bytes int
	for _, k := range keys {
		bytes += caps.Cost(k)
	}
	return (caps.Keys == 0 || len(keys) <= caps.Keys) && bytes <= caps.Room
}

// entryOf gives the keys of w that belong to the same entry as k.
func entryOf(w tokens.Window, k tokens.Key) []tokens.Key {
	return slices.DeleteFunc(slices.Clone(w.Keys), func(other tokens.Key) bool {
		return !other.Of.Start.Equal(k.Of.Start)
	})
}
