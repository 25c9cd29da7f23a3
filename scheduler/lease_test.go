package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

const reserved = "~tests"

// A tenant is a replica that wants a lease.
type tenant struct {
	*scheduler.Lease
	works atomic.Bool // its work runs
	begun atomic.Int64
	stop  func()
}

func wantLease(t *testing.T, store scheduler.LeaseStore, clock *clock) *tenant {
	t.Helper()
	w := &tenant{Lease: scheduler.NewLease(scheduler.LeaseConfig{
		Store: store, Channel: reserved, Now: clock.now, Log: slog.New(slog.DiscardHandler),
	})}
	w.stop = run(t, func(ctx context.Context) error {
		w.Hold(ctx, func(ctx context.Context) {
			w.works.Store(true)
			w.begun.Add(1)
			<-ctx.Done()
			w.works.Store(false)
		})
		return nil
	})
	return w
}

// holding says who holds the lease and works, such as "held by [0]".
func holding(t *testing.T, tenants ...*tenant) string {
	t.Helper()
	var who []int
	for i, w := range tenants {
		if w.Held() != w.works.Load() {
			t.Errorf("replica %d: held %v, works %v", i, w.Held(), w.works.Load())
		}
		if w.Held() {
			who = append(who, i)
		}
	}
	return fmt.Sprintf("held by %d", who)
}

func wantHolding(t *testing.T, want string, tenants ...*tenant) {
	t.Helper()
	if got := holding(t, tenants...); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOneReplicaAtATimeHoldsALease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		a, b := wantLease(t, store, clock), wantLease(t, store, clock)
		defer a.stop()
		defer b.stop()
		clock.until(t, noon.Add(3*time.Second))
		first := holding(t, a, b)
		if first == "held by []" || first == "held by [0 1]" {
			t.Fatal(first)
		}
		for clock.now().Before(noon.Add(time.Hour)) {
			clock.until(t, clock.now().Add(700*time.Millisecond))
			wantHolding(t, first, a, b)
		}
		if n := a.begun.Load() + b.begun.Load(); n != 1 {
			t.Errorf("work began %d times", n)
		}
		if n := len(records(t, store, reserved)); n > 20 {
			t.Errorf("%d records after an hour", n)
		}
	})
}

func TestALeaseThatIsGivenBackIsTakenSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		a := wantLease(t, store, clock)
		clock.until(t, noon.Add(time.Second))
		b := wantLease(t, store, clock)
		defer b.stop()
		clock.until(t, noon.Add(time.Minute))
		wantHolding(t, "held by [0]", a, b)
		a.stop()
		clock.until(t, noon.Add(time.Minute+2*time.Second))
		wantHolding(t, "held by [1]", a, b)
	})
}

func TestTheLeaseOfAReplicaThatDiesIsTakenAfterItsTerm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		dying := &faulty{Store: store}
		a := wantLease(t, dying, clock)
		clock.until(t, noon.Add(time.Second))
		b := wantLease(t, store, clock)
		defer b.stop()
		clock.until(t, noon.Add(time.Minute))
		dying.set(unavailable, nil)
		a.stop()
		clock.until(t, noon.Add(time.Minute+9*time.Second))
		wantHolding(t, "held by []", a, b)
		clock.until(t, noon.Add(time.Minute+18*time.Second))
		wantHolding(t, "held by [1]", a, b)
	})
}

func TestWhoCannotReachTheStoreStopsBeforeAnybodyElseBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		cut := &faulty{Store: store}
		a := wantLease(t, cut, clock)
		defer a.stop()
		clock.until(t, noon.Add(time.Second))
		b := wantLease(t, store, clock)
		defer b.stop()
		for offset := range 10 { // whenever in a term it happens
			cut.set(unavailable, nil)
			for end := clock.now().Add(25 * time.Second); clock.now().Before(end); {
				clock.until(t, clock.now().Add(100*time.Millisecond))
				if a.Held() && b.Held() {
					t.Fatal("both hold the lease at", clock.now())
				}
			}
			wantHolding(t, "held by [1]", a, b)
			cut.set(nil, nil)
			b.stop()
			clock.until(t, clock.now().Add(3*time.Second+time.Duration(offset)*777*time.Millisecond))
			wantHolding(t, "held by [0]", a, b)
			b = wantLease(t, store, clock)
			defer b.stop()
		}
	})
}

func TestALeaseSurvivesRepliesThatAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		n := 0
		store.set(nil, func(context.Context, string, []string) error {
			if n++; n%2 == 1 {
				return ledger.ErrUnavailable
			}
			return nil
		})
		a := wantLease(t, store, clock)
		defer a.stop()
		clock.until(t, noon.Add(10*time.Second))
		for clock.now().Before(noon.Add(10 * time.Minute)) {
			clock.until(t, clock.now().Add(time.Second))
			wantHolding(t, "held by [0]", a)
		}
		if n := a.begun.Load(); n != 1 {
			t.Errorf("work began %d times", n)
		}
	})
}

// A machine that sleeps runs nothing and its monotonic clock stands still: what runs first when
// it wakes must not believe that it holds the lease.
func TestAHolderThatSleptKnowsThatItsTermIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		a := wantLease(t, store, clock)
		defer a.stop()
		clock.until(t, noon.Add(time.Minute))
		if !a.Held() {
			t.Fatal("the lease is not held")
		}
		clock.set(time.Hour)
		if a.Held() {
			t.Error("the lease is held after an hour asleep")
		}
		clock.until(t, clock.now().Add(6*time.Second))
		wantHolding(t, "held by [0]", a)
	})
}

func TestAHolderThatSleptGivesWayToWhoTookItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		asleep := &faulty{Store: store}
		a := wantLease(t, asleep, clock)
		defer a.stop()
		clock.until(t, noon.Add(time.Second))
		b := wantLease(t, store, clock)
		defer b.stop()
		asleep.set(func(ctx context.Context, _ string, _ []string) error { <-ctx.Done(); return ctx.Err() }, nil)
		clock.until(t, noon.Add(time.Minute))
		asleep.set(nil, nil)
		clock.until(t, noon.Add(2*time.Minute))
		wantHolding(t, "held by [1]", a, b)
	})
}

// An old term's record is deleted, so that its name is free again for who asked for it long ago.
func TestATermThatIsLongOverIsNobodys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		late := &faulty{Store: store}
		var asked atomic.Bool
		late.set(func(context.Context, string, []string) error {
			asked.Store(true)
			time.Sleep(9 * time.Second)
			return nil
		}, nil)
		b := wantLease(t, late, clock)
		defer b.stop()
		clock.until(t, noon.Add(time.Second))
		if !asked.Load() {
			t.Fatal("nothing was asked for")
		}
		a := wantLease(t, store, clock)
		defer a.stop()
		clock.until(t, noon.Add(4*time.Second))
		wantHolding(t, "held by [0]", a, b)
		// What a deletes after many terms is gone now.
		second := keyplan.Record{Name: "lease/00000000000000000002", Value: []byte(`{"v":1,"kind":"lease","term":2,"holder":"a third","seconds":15}`)}
		if _, err := store.Create(t.Context(), reserved, second); err != nil {
			t.Fatal(err)
		}
		if err := store.Delete(t.Context(), reserved, "lease/00000000000000000001"); err != nil {
			t.Fatal(err)
		}
		clock.until(t, noon.Add(12*time.Second))
		wantHolding(t, "held by []", a, b)
		if names := names(records(t, store, reserved)); !strings.HasSuffix(names[len(names)-1], "2") {
			t.Errorf("records %q", names)
		}
	})
}
