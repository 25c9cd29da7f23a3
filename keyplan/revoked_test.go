package keyplan_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func revoked(kid keyplan.KID, after time.Duration) keyplan.Revoked {
	return keyplan.Revoked{KID: kid, From: noon.Add(after), Start: noon, Audit: why}
}

func TestAKIDIsWithdrawnFromTheEarliestInstantThatWasDecided(t *testing.T) {
	kid := kidOf(noon, 0)
	at := revoked(kid, minutes(5))
	now := revoked(kid, minutes(2))
	now.Immediate = true
	p := keyplan.NewPlan(append(records(first(1, 0), at), chain(noon, 2)...)...)
	for _, tt := range []struct {
		plan *keyplan.Plan
		from time.Duration
	}{{p, minutes(5)}, {p.With(now.Record()), minutes(2)}, {keyplan.NewPlan(records(now)...).With(records(first(1, 0), at)...).With(chain(noon, 2)...), minutes(2)}} {
		e, _ := tt.plan.Starting(noon)
		for _, ahead := range []time.Duration{0, tt.from - 1, tt.from, tt.from + 1} {
			want := ahead >= tt.from
			if got := tt.plan.Withdrawn(kid, noon.Add(ahead)); got != want || e.Keys[0].IsWithdrawn(noon.Add(ahead)) != want {
				t.Errorf("withdrawn from noon + %v: %v at noon + %v", tt.from, got, ahead)
			}
		}
	}
	if other := kidOf(noon.Add(time.Minute), 0); p.Withdrawn(other, noon.Add(time.Hour)) || p.Withdrawn(keyplan.KID{}, noon) {
		t.Error("other KIDs are withdrawn")
	}
}

func TestAnUnservedEntryGetsAnotherKeyEachTimeThatOneIsRevoked(t *testing.T) {
	ch, planner, ctx := live(t, minutely()), newPlanner(t), context.Background()
	p := settled(t, keyplan.NewPlan(), ahead(ctx, t, ch, noon))
	renew := func(track int) (was, is keyplan.KID) {
		e, _ := p.Starting(noon)
		was = e.Keys[track].KID
		rec, err := planner.Renew(ctx, ch, p, e, e.Keys[track], why)
		if err != nil {
			t.Fatal(err)
		}
		p = p.With(rec)
		e, _ = p.Starting(noon)
		return was, e.Keys[track].KID
	}
	video, video1 := renew(0)
	audio, audio1 := renew(1)
	_, video2 := renew(0)
	e, _ := p.Starting(noon)
	if e.Generation != 3 || e.Keys[0].KID != video2 || e.Keys[1].KID != audio1 || video1 == video2 {
		t.Errorf("generation %d: %v", e.Generation, e.Keys)
	}
	if diff := cmp.Diff([]keyplan.KID{video, audio, video1}, e.Replaced); diff != "" {
		t.Error(diff)
	}
	for _, kid := range e.Replaced {
		of, ok := p.Replaced(kid)
		_, k, is := p.Replacement(of, kid)
		if _, _, found := p.KID(kid); found || !ok || of != e || !is || !slices.ContainsFunc(e.Keys, func(other keyplan.ContentKey) bool { return other.KID == k.KID }) {
			t.Errorf("KID %s is still used, or not known to be replaced", kid)
		}
	}
}

func TestWhatWasIssuedIsNotRenewed(t *testing.T) {
	ch, planner, ctx := live(t, minutely()), newPlanner(t), context.Background()
	p := settled(t, keyplan.NewPlan(), ahead(ctx, t, ch, noon))
	e, _ := p.Starting(noon)
	rec, err := planner.Renew(ctx, ch, p, e, e.Keys[0], why)
	if err != nil {
		t.Fatal(err)
	}
	issued := e.Issue().Record()
	if rec.Name != issued.Name || p.Issued(e) {
		t.Fatalf("%s and %s do not decide one thing", rec.Name, issued.Name)
	}
	p = p.With(issued)
	if after, _ := p.Starting(noon); !p.Issued(after) || after.Generation != 0 {
		t.Errorf("generation %d", after.Generation)
	}
}

func TestAStaticKeyThatIsRenewedIsFoundByItsNewestGeneration(t *testing.T) {
	ch, planner, ctx := live(t, minutely()), newPlanner(t), context.Background()
	p := keyplan.NewPlan()
	p = settled(t, p, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return planner.Static(ctx, ch, p, "VIDEO", keyplan.CBCS)
	})
	for generation := range 3 {
		old, _ := p.Static("VIDEO", keyplan.CBCS)
		if old.Generation != generation {
			t.Fatalf("generation %d, want %d", old.Generation, generation)
		}
		p = settled(t, p, func(p *keyplan.Plan) ([]keyplan.Record, error) { return planner.RenewStatic(ctx, ch, p, old) })
		if _, k, ok := p.KID(old.KID); !ok || k.Generation != generation {
			t.Error("the old key is not known any more")
		}
	}
}

func TestCommandsAreForgottenAfterADay(t *testing.T) {
	c := keyplan.Command{Key: "k", Verb: "rotate", Audit: why}
	p := keyplan.NewPlan(c.Record())
	if old := p.OldCommands(noon.Add(keyplan.KeepCommands)); len(old) > 0 {
		t.Errorf("after a day to the instant: %q", old)
	}
	if diff := cmp.Diff([]string{c.Record().Name}, p.OldCommands(noon.Add(keyplan.KeepCommands+1))); diff != "" {
		t.Error(diff)
	}
	if got, ok := p.Command("k"); !ok || got.Verb != "rotate" {
		t.Errorf("%+v, %v", got, ok)
	}
}
