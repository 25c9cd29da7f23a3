package tokens_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// revoke withdraws some of a scene's KIDs, each from some instant on.
func (s scene) revoke(t *rapid.T) scene {
	for range rapid.IntRange(1, 8).Draw(t, "revoked") {
		e := rapid.SampledFrom(s.plan.Entries()).Draw(t, "of")
		k := rapid.SampledFrom(e.Keys).Draw(t, "key")
		from := drawInstant(t, s.policy, "from")
		s.plan = s.plan.With(keyplan.Revoked{KID: k.KID, From: from, Start: e.Start, Audit: keyplan.Audit{At: from}}.Record())
	}
	return s
}

func TestNoWindowEverHoldsAWithdrawnKIDAndEachIsSaidToBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		w := drawFilters(t)
		if rapid.Bool().Draw(t, "by name") {
			for _, e := range s.plan.Entries() {
				w.KIDs = append(w.KIDs, e.Keys[0].KID)
			}
		}
		caps := drawCaps(t)
		before := s.window(w, tokens.Caps{}).KIDs()
		s = s.revoke(t)
		win := s.window(w, caps)
		for _, kid := range win.KIDs() {
			if s.plan.Withdrawn(kid, s.now) {
				t.Fatalf("KID %s is withdrawn and in the window", kid)
			}
		}
		free := set(s.window(w, tokens.Caps{}))
		for _, kid := range before {
			withdrawn := s.plan.Withdrawn(kid, s.now)
			said := slices.Contains(win.LeftOut, tokens.LeftOut{KID: kid, Reason: tokens.Revoked})
			if withdrawn != said || withdrawn == free[kid] {
				t.Fatalf("KID %s: withdrawn %v, said to be revoked %v, in without caps %v", kid, withdrawn, said, free[kid])
			}
		}
	})
}

func TestATokenIsRefreshedWhenAKIDInItIsWithdrawn(t *testing.T) {
	s := newStudio(t, farAhead())
	usual := s.issue(t, tokens.Request{}).RefreshAt
	kid := s.kids(t, 0)[0]
	for after, want := range map[time.Duration]time.Time{
		time.Second: morning.Add(time.Second), time.Hour: usual, -time.Second: usual,
	} {
		from := morning.Add(after)
		revoked := *s
		revoked.plan = s.plan.With(keyplan.Revoked{KID: kid, From: from, Start: morning, Audit: keyplan.Audit{At: morning}}.Record())
		got := revoked.issue(t, tokens.Request{})
		if !got.RefreshAt.Equal(want) || slices.Contains(got.KIDs, kid) == (after < 0) {
			t.Errorf("withdrawn %v from now: refresh at %s, want %s, KIDs %v", after, got.RefreshAt, want, got.KIDs)
		}
	}
}

func TestAKIDThatWasReplacedIsSaidToBeRevoked(t *testing.T) {
	old, next := keysOf(0, 1)[0], keysOf(7, 1)[0]
	entry := keyplan.Entry{Period: keyplan.Period{Start: morning, End: morning.Add(time.Minute)}, Keys: []keyplan.ContentKey{old}}
	renewed := keyplan.Renewed{Start: morning, N: 1, Keys: []keyplan.ContentKey{next}, Replaced: []keyplan.KID{old.KID}}
	plan := keyplan.NewPlan(keyplan.First{N: 1, Start: morning}.Record(), entry.Record(), renewed.Record())
	pol, _ := keyplan.NewPolicy(keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(time.Minute)}})
	win := tokens.Wish{KIDs: []keyplan.KID{old.KID, next.KID}}.Window(plan.Licensable(pol, morning), pol, morning, tokens.Caps{})
	if kids := win.KIDs(); !slices.Equal(kids, []keyplan.KID{next.KID}) {
		t.Errorf("KIDs %v", kids)
	}
	if !slices.Equal(win.LeftOut, []tokens.LeftOut{{KID: old.KID, Reason: tokens.Revoked}}) {
		t.Errorf("left out %v", win.LeftOut)
	}
}
