package tokens_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// authorizing offers DASH-IF's format alone, strict or not.
func authorizing(upcoming bool) tokens.Section {
	return tokens.Section{
		DASHIF:  &tokens.DASHIFConfig{Signing: "hmac", Upcoming: upcoming},
		Signing: map[string]tokens.SigningConfig{"hmac": oneKey(tokens.HS256, hmacKey)},
	}
}

// sorted are KIDs in the order of DASH-IF's tokens.
func sorted(kids ...keyplan.KID) []keyplan.KID {
	return slices.SortedFunc(slices.Values(kids), func(a, b keyplan.KID) int { return bytes.Compare(a[:], b[:]) })
}

func TestAnAuthorizationIsForTheKIDsThatAreAskedForAndPerhapsTheNext(t *testing.T) {
	// The next period begins in 10s and is announced; the one after it is not.
	s := newStudio(t, halfMinutes(), keyplan.CENC, keyplan.CBCS).at(t, morning.Add(20*time.Second))
	now, next := s.kids(t, 0), s.kids(t, 30*time.Second) // VIDEO cenc and cbcs, AUDIO cenc and cbcs
	unknown := keyplan.KID{9}
	for _, tc := range []struct {
		name             string
		asked            []keyplan.KID
		strict, upcoming []keyplan.KID
	}{
		{"one key", now[1:2], now[1:2], []keyplan.KID{now[1], next[1]}},
		{"two keys and one that nobody has", []keyplan.KID{now[0], unknown, now[3]},
			[]keyplan.KID{now[0], now[3]}, []keyplan.KID{now[0], now[3], next[0], next[3]}},
		{"a key of the next period", next[2:3], next[2:3], next[2:3]},
		{"all", now, now, slices.Concat(now, next)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := tokens.Request{Wish: tokens.Wish{KIDs: tc.asked}}
			strict, upcoming := s.issueWith(t, authorizing(false), r), s.issueWith(t, authorizing(true), r)
			want := [][]keyplan.KID{sorted(tc.strict...), sorted(tc.upcoming...)}
			if diff := cmp.Diff(want, [][]keyplan.KID{kidsIn(t, "dashif", strict.Token), kidsIn(t, "dashif", upcoming.Token)}); diff != "" {
				t.Errorf("strict and upcoming: %s", diff)
			}
			if diff := cmp.Diff(strict.LeftOut, upcoming.LeftOut); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWithdrawnKeyToComeKeepsNoOtherOut(t *testing.T) {
	c := halfMinutes()
	c.Lead, c.Ahead = new(3*time.Minute), new(10)
	s := newStudio(t, c)
	now, next, after := s.kids(t, 0), s.kids(t, 30*time.Second), s.kids(t, time.Minute)
	s.plan = s.plan.With(keyplan.Revoked{KID: next[0], From: morning, Start: morning.Add(30 * time.Second), Audit: keyplan.Audit{At: morning}}.Record())
	got := s.issueWith(t, authorizing(true), tokens.Request{Wish: tokens.Wish{KIDs: now}})
	for _, kid := range slices.Concat(now, next[1:], after) {
		if !holdsKID(got, kid) {
			t.Errorf("%s is not authorized", kid)
		}
	}
	if holdsKID(got, next[0]) || len(got.LeftOut) > 0 {
		t.Errorf("KIDs %v, left out %v: nobody asked for the withdrawn one", got.KIDs, got.LeftOut)
	}
}

func TestNoKeyThatIsAskedForLeavesForOneToCome(t *testing.T) {
	c := halfMinutes()
	c.Lead, c.Ahead = new(3*time.Minute), new(10)
	s := newStudio(t, c).at(t, morning.Add(2*time.Minute))
	starts := []time.Duration{0, 30 * time.Second, 60 * time.Second, 90 * time.Second, 2 * time.Minute, 150 * time.Second, 3 * time.Minute}
	rapid.Check(t, func(rt *rapid.T) {
		section := authorizing(true)
		section.MaxKIDs = rapid.IntRange(2, 12).Draw(rt, "most")
		asked := rapid.SliceOfNDistinct(rapid.SampledFrom(s.kids(t, starts...)), 1, 10, func(k keyplan.KID) keyplan.KID { return k }).Draw(rt, "kids")
		r := tokens.Request{Wish: tokens.Wish{KIDs: asked}}
		grown := s.issueWith(t, section, r)
		section.DASHIF.Upcoming = false
		for _, kid := range s.issueWith(t, section, r).KIDs {
			if !holdsKID(grown, kid) {
				rt.Fatalf("%s has left", kid)
			}
		}
		if len(grown.KIDs) > section.MaxKIDs {
			rt.Fatalf("%d KIDs, at most %d", len(grown.KIDs), section.MaxKIDs)
		}
	})
}

func TestADASHIFTokenHas5000CharactersAtMost(t *testing.T) {
	s, section := crowded(t), authorizing(false)
	section.MaxCharacters = new(9000)
	if n := len(s.issueWith(t, section, tokens.Request{}).Token); n > 5000 || n < 4900 {
		t.Errorf("%d characters, want as many as fit 5000", n)
	}
}

func holdsKID(a tokens.Answer, kid keyplan.KID) bool { return slices.Contains(a.KIDs, kid) }
