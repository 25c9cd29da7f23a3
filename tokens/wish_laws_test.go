package tokens_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// drawWish is for what is on air, for KIDs or for a span, of all or some tracks and schemes.
func drawWish(t *rapid.T, s scene) tokens.Wish {
	w := drawFilters(t)
	switch rapid.SampledFrom([]string{"on air", "kids", "span"}).Draw(t, "wish") {
	case "kids":
		w.KIDs = rapid.SliceOfN(rapid.Custom(drawKID), 1, 12).Draw(t, "kids")
	case "span":
		w.From, w.To = drawSpan(t, s)
	}
	return w
}

// drawSpan gives one of up to ten minutes, often from a boundary on.
func drawSpan(t *rapid.T, s scene) (from, to time.Time) {
	from = drawInstant(t, s.policy, "from")
	if rapid.Bool().Draw(t, "from a boundary") {
		from = from.Truncate(s.policy.Every)
	}
	return from, from.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "to")) * time.Second)
}

// mayHold says whether a key may be in a window at all, whatever is wished for.
func (s scene) mayHold(w tokens.Wish, e *keyplan.Entry, k keyplan.ContentKey) bool {
	return !e.End.Add(s.policy.Keep).Before(s.now) &&
		(len(w.Tracks) == 0 || slices.Contains(w.Tracks, k.Track)) && (w.Scheme == "" || w.Scheme == k.Scheme)
}

func TestNoWindowHoldsAKeyThatIsExpiredOrFiltered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		w := drawWish(t, s)
		got := s.window(w, drawCaps(t))
		for _, k := range got.Keys {
			if !s.mayHold(w, k.Of.Entry, k.ContentKey) {
				t.Errorf("key of %s %s, of the period at %v, is in at %v", k.Track, k.Scheme, k.Of.Start, s.now)
			}
			if slices.ContainsFunc(got.LeftOut, func(l tokens.LeftOut) bool { return l.KID == k.KID }) {
				t.Errorf("KID %s is in and left out", k.KID)
			}
		}
	})
}

func TestWhoAsksForKIDsGetsEachThatMayBeLicensed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := drawScene(t), drawFilters(t)
		w.KIDs = rapid.SliceOfN(rapid.Custom(drawKID), 1, 12).Draw(t, "kids")
		in := set(s.window(w, tokens.Caps{}))
		for _, kid := range w.KIDs {
			e, k, planned := s.plan.KID(kid)
			if want := planned && s.mayHold(w, e, k); in[kid] != want {
				t.Errorf("KID %s: in the window %v, want %v", kid, in[kid], want)
			}
		}
	})
}

func TestWhoAsksForASpanGetsEveryKeyThatMayHaveBeenOnAirInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := drawScene(t), drawFilters(t)
		w.From, w.To = drawSpan(t, s)
		in := set(s.window(w, tokens.Caps{}))
		for _, l := range s.plan.Licensable(s.policy, s.now) {
			overlaps := l.Static() || !l.From.After(w.To) && !l.Until.Before(w.From)
			for _, k := range l.Keys {
				if want := overlaps && s.mayHold(w, l.Entry, k); in[k.KID] != want {
					t.Errorf("key of the period at %v: in the window %v, want %v", l.Start, in[k.KID], want)
				}
			}
		}
	})
}
