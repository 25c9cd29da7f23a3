package scheduler_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

// runs is what a process leaves that runs from one instant to another.
func runs(t *testing.T, store *memstore.Store, clock *clock, ch *keyplan.Channel, from, to time.Time) *keyplan.Plan {
	t.Helper()
	clock.until(t, from)
	s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now})
	clock.until(t, to)
	s.stop()
	return s.Plan("news")
}

func TestAPlanGoesOnWithoutAGapAfterAnHourDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", everyMinute)
		before := runs(t, store, clock, ch, noon, noon.Add(10*time.Minute))
		back := noon.Add(70*time.Minute + 30*time.Second)
		after := runs(t, store, clock, ch, back, back.Add(time.Second))

		gapless(t, after, noon, back.Add(5*time.Minute))
		for _, e := range before.Entries() {
			still, ok := after.Starting(e.Start)
			if diff := cmp.Diff(e, still); !ok || diff != "" {
				t.Errorf("the period at %s changed (-before +after):\n%s", e.Start, diff)
			}
		}
	})
}

func TestANewPlanBeginsAfterTheOldOneWhenDownForLongerThanKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", everyMinute)
		before := runs(t, store, clock, ch, noon, noon.Add(10*time.Minute))
		back := noon.Add(3 * time.Hour)
		after := runs(t, store, clock, ch, back, back.Add(time.Second))

		second := keyplan.First{N: 2, Start: back.Add(-2 * time.Minute)}
		if !after.Has(second.Record().Name) {
			t.Errorf("no %s", second.Record().Name)
		}
		if fresh := after.Between(before.End(), after.End()); !fresh[0].Start.Equal(second.Start) {
			t.Errorf("the new plan begins at %s, want %s", fresh[0].Start, second.Start)
		}
		if diff := cmp.Diff(before.Entries(), after.Between(noon.Add(-time.Hour), before.End())); diff != "" {
			t.Errorf("the old plan changed (-before +after):\n%s", diff)
		}
		overlapFree(t, after)
	})
}

func overlapFree(t *testing.T, plan *keyplan.Plan) {
	t.Helper()
	var end time.Time
	for _, e := range plan.Entries() {
		if e.Start.Before(end) {
			t.Errorf("the period at %s overlaps the one before", e.Start)
		}
		end = e.End
	}
}

func TestTwoSchedulersOnOneStoreMakeOnePlanAndOneFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		c := scheduler.Config{
			Channels: []*keyplan.Channel{channel(t, "news", everyMinute)}, Now: clock.now,
		}
		a, b := start(t, store, c), start(t, store, c)
		clock.until(t, noon.Add(time.Hour))
		a.stop()
		b.stop()

		if diff := cmp.Diff(a.Plan("news").Entries(), b.Plan("news").Entries()); diff != "" {
			t.Errorf("plans (-a +b):\n%s", diff)
		}
		gapless(t, a.Plan("news"), noon, noon.Add(65*time.Minute))
		announcedOnceInOrder(t, a.Feed("news"), noon, 61)
		announcedOnceInOrder(t, b.Feed("news"), noon, 61)
	})
}
