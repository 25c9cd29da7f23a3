package keyplan_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func before(t tester, ch *keyplan.Channel, now, at time.Time) keyplan.Draft {
	pl := newPlanner(t)
	return func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return pl.Before(context.Background(), ch, p, now, at)
	}
}

// backfilling plans one-minute periods as far back as ten minutes.
func backfilling() keyplan.PolicyConfig {
	c := minutely()
	c.Backfill = new(10 * time.Minute)
	return c
}

func TestAPeriodBeforeThePlanIsMadeWithAllThatLieBetween(t *testing.T) {
	ch, pl := live(t, backfilling()), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon)) // from 11:58 until 12:04
	p = settled(t, p, before(t, ch, noon, noon.Add(-minutes(5))))
	if diff := cmp.Diff(spans(-5, -4, -3, -2, -1, 0, 1, 2, 3), periods(p)); diff != "" {
		t.Error(diff)
	}
	e, ok := p.At(noon.Add(-270 * time.Second))
	if !ok || !e.Back || !e.Start.Equal(noon.Add(-minutes(5))) {
		t.Fatalf("found %v, %+v", ok, e)
	}
	for _, k := range e.Keys {
		if _, err := pl.Sealer.Open(t.Context(), e.Ref(ch.ID, k), k.KID, k.Sealed); err != nil {
			t.Error(err)
		}
	}
	if recs, err := pl.Before(t.Context(), ch, p, noon, noon.Add(-minutes(4))); recs != nil || err != nil {
		t.Errorf("what is there: %d records, %v", len(recs), err)
	}
}

func TestAPlanIsBegunBeforeItGrowsBackwards(t *testing.T) {
	ch := live(t, backfilling())
	p := settled(t, keyplan.NewPlan(), before(t, ch, noon, noon.Add(-minutes(3))))
	if diff := cmp.Diff(spans(-3), periods(p)); diff != "" {
		t.Error(diff)
	}
	p = settled(t, p, ahead(t.Context(), t, ch, noon))
	if diff := cmp.Diff(spans(-3, -2, -1, 0, 1, 2, 3), periods(p)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsMadeBeforeBackfillTheCalendarOrWhatWasThere(t *testing.T) {
	ch := live(t, backfilling())
	late := backfilling()
	late.From = new(noon.Add(-minutes(6)))
	fresh := keyplan.NewPlan(append(chain(noon, 3), first(1, 0).Record())...)
	purged := fresh.With(gone(-4).Record(), keyplan.First{N: 1, Start: noon}.Record())
	returned := keyplan.NewPlan(append(append(chain(noon.Add(-minutes(9)), 4), chain(noon, 2)...),
		records(first(1, -9), keyplan.Closed{Start: noon.Add(-minutes(5))}, first(2, 0))...)...)
	tests := []struct {
		name     string
		channel  *keyplan.Channel
		plan     *keyplan.Plan
		farthest time.Duration // after noon: the first instant that is planned
	}{
		{"backfill", ch, fresh, -minutes(10)},
		{"from", live(t, late), fresh, -minutes(6)},
		{"a tombstone", ch, purged, -minutes(3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := noon.Add(tt.farthest)
			if recs, err := newPlanner(t).Before(t.Context(), tt.channel, tt.plan, noon, at.Add(-1)); recs != nil || !errors.Is(err, keyplan.ErrTooFarBack) {
				t.Errorf("beyond: %d records, %v", len(recs), err)
			}
			p := settled(t, tt.plan, before(t, tt.channel, noon, at))
			if e, ok := p.At(at); !ok || e.Start.After(at) {
				t.Errorf("nothing is planned at %v", at)
			}
		})
	}
	t.Run("an older plan", func(t *testing.T) {
		p := settled(t, returned, before(t, ch, noon, noon.Add(-minutes(5))))
		if diff := cmp.Diff(spans(-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1), periods(p)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPeriodsBeforeThePlanAreCutAtItsBeginning(t *testing.T) {
	c := backfilling()
	c.Rotate.Every = new(4 * time.Minute)
	p := keyplan.NewPlan(append(chain(noon.Add(minutes(1)), 3), first(1, 1).Record())...)
	p = settled(t, p, before(t, live(t, c), noon.Add(minutes(2)), noon.Add(-time.Second)))
	want := append([]keyplan.Period{
		{Start: noon.Add(-minutes(4)), End: noon}, {Start: noon, End: noon.Add(minutes(1))},
	}, spans(1, 2, 3)...)
	if diff := cmp.Diff(want, periods(p)); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanThatGrewBackwardsIsPurgedFromItsBeginning(t *testing.T) {
	ch := live(t, backfilling())
	p := keyplan.NewPlan(append(chain(noon, 3), first(1, 0).Record())...)
	p = settled(t, p, before(t, ch, noon, noon.Add(-minutes(4))))
	purge := p.Purge(ch.Policy, noon.Add(25*time.Hour-minutes(2)+1))
	want := keyplan.Purge{Tombstone: gone(-3).Record(), Names: []string{"back/2026-11-21T11:57:00Z", "back/2026-11-21T11:58:00Z"}}
	if diff := cmp.Diff(want, purge); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(spans(-2, -1, 0, 1, 2), periods(p.With(purge.Tombstone).Without(purge.Names...))); diff != "" {
		t.Error(diff)
	}
}

func TestBackwardsThePlanReachesWhatIsAskedGaplesslyByAnyCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawPolicy(t, 1)
		c.Backfill = new(min(*c.Keep, time.Duration(rapid.IntRange(0, 400).Draw(t, "backfill"))*time.Second))
		ch, ctx := live(t, c), context.Background()
		now := noon.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, "later")) * time.Second)
		p := settled(t, keyplan.NewPlan(), ahead(ctx, t, ch, now))
		at := now.Add(-time.Duration(rapid.IntRange(0, 400_000).Draw(t, "ms")) * time.Millisecond)
		recs, err := newPlanner(t).Before(ctx, ch, p, now, at)
		_, scheduled := ch.Policy.Calendar.Containing(at)
		if _, planned := p.At(at); !planned && (!scheduled || at.Before(now.Add(-*c.Backfill))) {
			if recs != nil || !errors.Is(err, keyplan.ErrTooFarBack) {
				t.Fatalf("%d records, %v", len(recs), err)
			}
			return
		}
		after := settled(t, p, before(t, ch, now, at))
		if e, ok := after.At(at); !ok || after.Entries()[0].Start.Before(p.Entries()[0].Start) && e != after.Entries()[0] {
			t.Fatalf("planned at %v: %v, from %v on", at, ok, after.Entries()[0].Start)
		}
		checkUnrolled(t, ch, after)
	})
}
