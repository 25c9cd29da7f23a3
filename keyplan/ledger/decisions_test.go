package ledger_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// numbered is a record of its own for each i. What it says does not matter here.
func numbered(i int) keyplan.Record {
	return keyplan.Seen{Start: noon, Packager: "packager", K: i, At: noon}.Record()
}

// following gives a replica of "news".
func following(t *testing.T, s ledger.Store) *ledger.Replica {
	t.Helper()
	r := follow(s)
	if err := r.Load(t.Context(), "news"); err != nil {
		t.Fatal(err)
	}
	return r
}

func decide(t *testing.T, r *ledger.Replica, i int) {
	t.Helper()
	if _, err := r.Decide(t.Context(), "news", numbered(i)); err != nil {
		t.Fatal(err)
	}
}

// knows fails the test unless r has every decision from one to another.
func knows(t *testing.T, r *ledger.Replica, from, to int) {
	t.Helper()
	if err := r.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := from; i < to; i++ {
		if !r.Plan("news").Has(numbered(i).Name) {
			t.Fatalf("decision %d is not known", i)
		}
	}
}

func TestADecisionIsKnownToAnotherReplicaThatCatchesUpAndNothingElseIs(t *testing.T) {
	onEachStore(t, func(t *testing.T, s ledger.Store) {
		one, other := following(t, s), following(t, s)
		if _, err := one.Create(t.Context(), "news", numbered(2)); err != nil {
			t.Fatal(err)
		}
		decide(t, one, 1)
		knows(t, other, 1, 2)
		if other.Plan("news").Has(numbered(2).Name) {
			t.Error("a record that nobody named was read")
		}
	})
}

func TestADecisionAboutAChannelThatIsNotLoadedWaitsForItsLoad(t *testing.T) {
	s := memstore.New()
	one, other := following(t, s), follow(s)
	if err := other.Load(t.Context(), "sport"); err != nil {
		t.Fatal(err)
	}
	decide(t, one, 1)
	if err := other.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := other.Plan("news").Len(); n != 0 {
		t.Fatalf("%d records of a channel that is not loaded: half of it would be planned on", n)
	}
	if err := other.Load(t.Context(), "news"); err != nil {
		t.Fatal(err)
	}
	knows(t, other, 1, 2)
}

func TestNoDecisionOfRacingReplicasIsMissed(t *testing.T) {
	onEachStore(t, func(t *testing.T, s ledger.Store) {
		const replicas, each = 4, 15
		reader := following(t, s)
		var deciders sync.WaitGroup
		for i := range replicas {
			r := following(t, s)
			for half := range 2 {
				deciders.Go(func() {
					for k := half; k < each; k += 2 {
						if _, err := r.Decide(t.Context(), "news", numbered(i*each+k)); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		done := make(chan struct{})
		go func() { deciders.Wait(); close(done) }()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			if err := reader.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		knows(t, reader, 0, replicas*each)
	})
}

// many is more decisions than the store-wide feed keeps.
const many = 6000

func TestAReplicaThatMissedMoreThanTheFeedKeepsReadsEverything(t *testing.T) {
	s := memstore.New()
	one, other := following(t, s), following(t, s)
	for i := range many {
		decide(t, one, i)
	}
	kept, err := s.List(t.Context(), ledger.DecisionsChannel, "", "", 2*many)
	if err != nil || len(kept) > 4096+1024+1 {
		t.Fatalf("%d records, %v", len(kept), err)
	}
	knows(t, other, 0, many)
}

// A paused store lets something happen before it creates a record in one channel.
type paused struct {
	ledger.Store
	channel string
	before  func() error // nil: nothing more
}

func (p *paused) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	if before := p.before; channel == p.channel && before != nil {
		p.before = nil
		if err := before(); err != nil {
			return nil, err
		}
	}
	return p.Store.Create(ctx, channel, recs...)
}

func TestADecisionThatWouldFillAPurgedNumberIsMadeAtTheEnd(t *testing.T) {
	s := memstore.New()
	one, reader := following(t, s), following(t, s)
	slow := following(t, &paused{Store: s, channel: ledger.DecisionsChannel, before: func() error {
		for i := range many {
			decide(t, one, i)
			if i%1000 == 999 { // often enough to miss nothing
				knows(t, reader, 0, i+1)
			}
		}
		return nil
	}})
	decide(t, slow, many)
	knows(t, reader, 0, many+1)
}

func TestADecisionThatCouldNotBeSpreadIsSpreadByARepeat(t *testing.T) {
	s := memstore.New()
	away := errors.New("away")
	one := following(t, &paused{Store: s, channel: ledger.DecisionsChannel, before: func() error { return away }})
	other := following(t, s)
	if _, err := one.Decide(t.Context(), "news", numbered(1)); !errors.Is(err, away) {
		t.Fatalf("got %v: not acknowledged before both are kept", err)
	}
	decide(t, one, 1)
	knows(t, other, 1, 2)
}

func TestADecisionIsSpreadOnceHoweverOftenItIsRepeated(t *testing.T) {
	s := memstore.New()
	one := following(t, s)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() { decide(t, one, 1) })
	}
	all.Wait()
	kept, err := s.List(t.Context(), ledger.DecisionsChannel, "", "", 100)
	if err != nil || len(kept) != 1 {
		t.Fatalf("%d decisions, %v", len(kept), err)
	}
}

func TestWhatWasDeletedAndIsDecidedAgainIsSpreadAgain(t *testing.T) {
	s := memstore.New()
	one, other := following(t, s), following(t, s)
	decide(t, one, 1)
	knows(t, other, 1, 2)
	for _, r := range []*ledger.Replica{one, other} {
		if err := r.Delete(t.Context(), "news", numbered(1).Name); err != nil {
			t.Fatal(err)
		}
	}
	decide(t, one, 1)
	knows(t, other, 1, 2)
}

func TestADecisionThatCannotBeReadMakesReplicasReadEverything(t *testing.T) {
	s := memstore.New()
	other := following(t, s)
	newer := keyplan.Record{Name: "feed/00000000000000000001", Value: []byte(`{"v":2,"kind":"decision"}`)}
	if _, err := s.Create(t.Context(), ledger.DecisionsChannel, newer); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), "news", numbered(1)); err != nil {
		t.Fatal(err)
	}
	knows(t, other, 1, 2)
}
