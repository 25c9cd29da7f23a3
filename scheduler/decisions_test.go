package scheduler_test

import (
	"bytes"
	"context"
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

// A mute store is a real one whose lists fail while it is told to.
type mute struct {
	ledger.Store
	on atomic.Bool
}

func (m *mute) List(ctx context.Context, channel, from, to string, limit int) ([]keyplan.Record, error) {
	if m.on.Load() {
		return nil, ledger.ErrUnavailable
	}
	return m.Store.List(ctx, channel, from, to, limit)
}

// bind makes a decision on another replica.
func bind(t *testing.T, r *ledger.Replica) {
	t.Helper()
	b := keyplan.UnixBinding("news", time.Minute)
	b.N = 1
	if _, err := r.Decide(t.Context(), "news", b.Record()); err != nil {
		t.Fatal(err)
	}
}

func TestADecisionIsKnownToEveryReplicaWithinMaxStaleness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		news := channel(t, "news", everyMinute)
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{news}, Now: clock.now})
		defer s.stop()
		other := load(t, store, news)
		clock.until(t, noon.Add(12345*time.Millisecond))
		bind(t, other)
		clock.until(t, clock.now().Add(keyplan.MaxStaleness))
		if _, ok := s.Plan("news").Binding("news"); !ok {
			t.Error("the decision is not known")
		}
	})
}

func TestACommandIsPurgedADayLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{channel(t, "news", "{rotate: {every: 1h}}")}, Now: clock.now})
		defer s.stop()
		c := keyplan.Command{Key: "k", Verb: "rotate", Audit: keyplan.Audit{At: noon}}
		if _, err := s.Create(t.Context(), "news", c.Record()); err != nil {
			t.Fatal(err)
		}
		clock.until(t, noon.Add(keyplan.KeepCommands))
		if _, ok := s.Plan("news").Command("k"); !ok {
			t.Error("it is purged sooner")
		}
		clock.until(t, noon.Add(keyplan.KeepCommands+time.Minute))
		if _, ok := s.Plan("news").Command("k"); ok || len(records(t, store, "news")) == 0 {
			t.Error("it is not purged")
		}
	})
}

func TestAReplicaThatCannotAskForDecisionsSaysSoOnceAndServesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		clock, store := newClock(noon), &mute{Store: memstore.New()}
		news := channel(t, "news", everyMinute)
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{news}, Now: clock.now, Log: slog.New(slog.NewTextHandler(&logged, nil)),
		})
		defer s.stop()
		other := load(t, store.Store, news)
		clock.until(t, noon.Add(10*time.Second))
		store.on.Store(true)
		clock.until(t, noon.Add(20*time.Second))
		if s.Deaf() == "" || s.Plan("news").Empty() {
			t.Errorf("deaf: %q, empty: %v", s.Deaf(), s.Plan("news").Empty())
		}
		bind(t, other)
		store.on.Store(false)
		clock.until(t, noon.Add(20*time.Second+keyplan.MaxStaleness))
		if _, ok := s.Plan("news").Binding("news"); !ok || s.Deaf() != "" {
			t.Errorf("known: %v, deaf: %q", ok, s.Deaf())
		}
		for _, said := range []string{"decisions of other replicas are not known\"", "decisions of other replicas are known again"} {
			if n := strings.Count(logged.String(), said); n != 1 {
				t.Errorf("%q was said %d times", said, n)
			}
		}
	})
}
