package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// onEachStore runs a test over every embedded store.
func onEachStore(t *testing.T, test func(*testing.T, ledger.Store)) {
	t.Run("memory", func(t *testing.T) { test(t, memstore.New()) })
	t.Run("bolt", func(t *testing.T) {
		s, err := boltstore.Open(filepath.Join(t.TempDir(), "records.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		test(t, s)
	})
}

func follow(s ledger.Store) *ledger.Replica {
	return ledger.NewReplica(ledger.Config{Store: s, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// drafting plans "news" to a hundred one-minute periods after noon, with random keys.
func drafting(t *testing.T) keyplan.Draft {
	t.Helper()
	pol, problems := keyplan.NewPolicy(keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(time.Minute)}, Ahead: new(100)})
	if problems != nil {
		t.Fatal(problems)
	}
	ch, problems := keyplan.NewChannel(keyplan.ChannelConfig{ID: "news", Tracks: []keyplan.Track{"VIDEO"}}, pol)
	if problems != nil {
		t.Fatal(problems)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	planner := keyplan.Planner{Source: source.Random{}, Sealer: sealer}
	return func(p *keyplan.Plan) ([]keyplan.Record, error) { return planner.Ahead(t.Context(), ch, p, noon) }
}

func TestRacingReplicasSettleOnOnePlan(t *testing.T) {
	onEachStore(t, func(t *testing.T, s ledger.Store) {
		const replicas, each = 3, 3
		plans := make([]*keyplan.Plan, replicas*each)
		var all sync.WaitGroup
		for i := range replicas {
			r := follow(s)
			for k := range each {
				draft := drafting(t)
				all.Go(func() {
					plan, err := r.Settle(t.Context(), "news", draft)
					if err != nil {
						t.Error(err)
					}
					plans[i*each+k] = plan
				})
			}
		}
		all.Wait()
		late := follow(s)
		if err := late.Load(t.Context(), "news"); err != nil {
			t.Fatal(err)
		}
		want := late.Plan("news").Entries()
		if len(want) != 103 {
			t.Fatalf("%d entries", len(want))
		}
		for _, plan := range plans {
			if diff := cmp.Diff(want, plan.Entries()); diff != "" {
				t.Fatalf("two plans:\n%s", diff)
			}
		}
	})
}

func TestRacingReplicasAppendEveryEventWithoutAGap(t *testing.T) {
	onEachStore(t, func(t *testing.T, s ledger.Store) {
		const replicas, events = 3, 20
		var all sync.WaitGroup
		for range replicas {
			r := follow(s)
			for half := range 2 {
				all.Go(func() {
					for i := range events {
						at := noon.Add(time.Duration((i+half*events/2)%events) * time.Minute)
						e, err := r.Append(t.Context(), "news", keyplan.Announce(at, noon))
						if want := keyplan.Announce(at, noon).ID; err != nil || e.ID != want || e.Seq == 0 {
							t.Errorf("%v, %v, want %s", e, err, want)
						}
					}
				})
			}
		}
		all.Wait()
		reader := follow(s)
		if err := reader.Load(t.Context(), "news"); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for i, e := range reader.Feed("news") {
			ids[e.ID] = true
			if e.Seq != uint64(i+1) {
				t.Errorf("event %d has the sequence number %d", i+1, e.Seq)
			}
		}
		if len(ids) != events {
			t.Errorf("%d of %d events", len(ids), events)
		}
	})
}

func TestAnEventIsAppendedOnce(t *testing.T) {
	r := follow(memstore.New())
	first, err := r.Append(t.Context(), "news", keyplan.Announce(noon, noon))
	again, errAgain := r.Append(t.Context(), "news", keyplan.Announce(noon, noon.Add(time.Second)))
	if diff := cmp.Diff(first, again); diff != "" || err != nil || errAgain != nil || len(r.Feed("news")) != 1 {
		t.Errorf("%v, %v, %d events\n%s", err, errAgain, len(r.Feed("news")), diff)
	}
}

func TestTheFeedGoesOnAfterAnEventThatCannotBeRead(t *testing.T) {
	s := memstore.New()
	put(t, s, keyplan.Record{Name: "feed/00000000000000000001", Value: []byte(`{"v":2,"kind":"event"}`)})
	for _, load := range []bool{false, true} {
		r := follow(s)
		if load {
			if err := r.Load(t.Context(), "news"); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		e, err := r.Append(ctx, "news", keyplan.Announce(noon, noon))
		if err != nil || e.Seq != 2 {
			t.Errorf("loaded %v: %v, %v", load, e, err)
		}
		if err := r.Plan("news").Unknown(); !errors.Is(err, keyplan.ErrUnknownRecord) {
			t.Errorf("loaded %v: %v", load, err)
		}
	}
}

func put(t *testing.T, s ledger.Store, recs ...keyplan.Record) {
	t.Helper()
	if _, err := s.Create(t.Context(), "news", recs...); err != nil {
		t.Fatal(err)
	}
}

func TestAWaiterHearsOfEveryChange(t *testing.T) {
	s := memstore.New()
	r := follow(s)
	const changes = 300
	var all sync.WaitGroup
	all.Go(func() {
		for n := range changes {
			if _, err := r.Create(t.Context(), "news", keyplan.Static{ContentKey: keyplan.ContentKey{Track: keyplan.Track(fmt.Sprint(n)), Scheme: keyplan.CBCS}}.Record()); err != nil {
				t.Error(err)
			}
		}
	})
	for range 4 {
		all.Go(func() {
			for {
				changed := r.Changed("news")
				if r.Plan("news").Len() == changes {
					return
				}
				select {
				case <-changed:
				case <-time.After(20 * time.Second):
					t.Errorf("nothing heard at %d records", r.Plan("news").Len())
					return
				}
			}
		})
	}
	all.Wait()
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestOnlyAChangeIsToldOf(t *testing.T) {
	s := memstore.New()
	r := follow(s)
	unknown := keyplan.Record{Name: "split/1", Value: []byte("{}")}
	served := keyplan.Served{ContentID: "a", Start: noon}.Record()
	static := keyplan.Static{ContentKey: keyplan.ContentKey{Track: "A", Scheme: keyplan.CBCS}}.Record()
	steps := []struct {
		name   string
		do     func() error
		change bool
	}{
		{"a key", func() error { _, err := r.Create(t.Context(), "news", static); return err }, true},
		{"what was served", func() error { _, err := r.Create(t.Context(), "news", served); return err }, false},
		{"the same again", func() error { _, err := r.Create(t.Context(), "news", served); return err }, false},
		{"a load of what is known", func() error { return r.Load(t.Context(), "news") }, false},
		{"another channel", func() error { _, err := r.Create(t.Context(), "other", served); return err }, false},
		{"an event", func() error { _, err := r.Append(t.Context(), "news", keyplan.Announce(noon, noon)); return err }, true},
		{"an unknown record", func() error { _, err := r.Create(t.Context(), "news", unknown); return err }, true},
		{"a load of an unknown record", func() error { return r.Load(t.Context(), "news") }, false},
		{"a removal", func() error { return r.Delete(t.Context(), "news", served.Name, static.Name) }, true},
		{"a removal of an event", func() error { return r.Delete(t.Context(), "news", "feed/00000000000000000001") }, true},
		{"a removal of an unknown record", func() error { return r.Delete(t.Context(), "news", unknown.Name) }, true},
		{"a removal of nothing", func() error { return r.Delete(t.Context(), "news", "first/9") }, false},
	}
	for _, step := range steps {
		changed := r.Changed("news")
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := isClosed(changed); got != step.change {
			t.Errorf("%s: told of a change: %v", step.name, got)
		}
	}
	if p := r.Plan("news"); p.Len() != 0 || p.Unknown() != nil || len(r.Feed("news")) != 0 {
		t.Errorf("%d records, %d events stay; %v", p.Len(), len(r.Feed("news")), p.Unknown())
	}
	left, err := s.List(t.Context(), "news", "", "", 0)
	if err != nil || len(left) != 0 {
		t.Errorf("%d records stay in the store, %v", len(left), err)
	}
}

func TestLoadReadsMoreThanOnePage(t *testing.T) {
	s := memstore.New()
	var recs []keyplan.Record
	for n := range 2500 {
		recs = append(recs, keyplan.Served{ContentID: "a", Index: uint32(n), Start: noon}.Record())
	}
	put(t, s, recs...)
	r := follow(s)
	if err := r.Load(t.Context(), "news"); err != nil || r.Plan("news").Len() != 2500 {
		t.Errorf("%d records, %v", r.Plan("news").Len(), err)
	}
}

func TestAnUnknownRecordIsLoggedAndTheRestIsServed(t *testing.T) {
	s := memstore.New()
	draft := drafting(t)
	if _, err := follow(s).Settle(t.Context(), "news", draft); err != nil {
		t.Fatal(err)
	}
	put(t, s, keyplan.Record{Name: "split/1", Value: []byte(`{"v":1,"kind":"split"}`)})
	var log strings.Builder
	r := ledger.NewReplica(ledger.Config{Store: s, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err := r.Load(t.Context(), "news"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "channel=news") || !strings.Contains(log.String(), "split/1") {
		t.Errorf("log %q", log.String())
	}
	plan, err := r.Settle(t.Context(), "news", draft)
	if !errors.Is(err, keyplan.ErrUnknownRecord) || len(plan.Entries()) != 103 {
		t.Errorf("%d entries, %v", len(plan.Entries()), err)
	}
}

func TestAFailingStoreLeavesTheViewAsItWas(t *testing.T) {
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	r, draft := follow(s), drafting(t)
	if _, err := r.Settle(t.Context(), "news", draft); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Append(t.Context(), "news", keyplan.Announce(noon, noon)); err != nil {
		t.Fatal(err)
	}
	plan, feed, changed := r.Plan("news"), r.Feed("news"), r.Changed("news")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	names := []string{plan.Entries()[0].Record().Name}
	_, create := r.Create(t.Context(), "news", keyplan.Served{ContentID: "a", Start: noon}.Record())
	_, appended := r.Append(t.Context(), "news", keyplan.Announce(noon.Add(time.Minute), noon))
	_, settled := r.Settle(t.Context(), "news", func(*keyplan.Plan) ([]keyplan.Record, error) {
		return []keyplan.Record{keyplan.Closed{Start: plan.End()}.Record()}, nil
	})
	for name, err := range map[string]error{
		"create": create, "append": appended, "settle": settled,
		"delete": r.Delete(t.Context(), "news", names...), "load": r.Load(t.Context(), "news"),
	} {
		if err == nil || !strings.Contains(err.Error(), "channel news") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r.Plan("news") != plan || !slices.Equal(r.Feed("news"), feed) || isClosed(changed) {
		t.Error("the view has changed")
	}
	if p, err := r.Settle(t.Context(), "news", draft); p != plan || err != nil {
		t.Errorf("what is planned needs the store: %v", err)
	}
}

func TestADraftThatFailsIsTold(t *testing.T) {
	failure := fmt.Errorf("no keys today")
	_, err := follow(memstore.New()).Settle(t.Context(), "news", func(*keyplan.Plan) ([]keyplan.Record, error) { return nil, failure })
	if !errors.Is(err, failure) {
		t.Error(err)
	}
}

func TestNothingIsKeptOfAChannelThatIsOnlyLookedAt(t *testing.T) {
	r := follow(memstore.New())
	before := r.Plan("a")
	if kept := testing.AllocsPerRun(100, func() {
		if r.Plan("b").Len() != 0 || len(r.Feed("c")) != 0 || r.Loaded("d") {
			t.Error("a channel that nobody loaded is known")
		}
	}); kept != 0 {
		t.Errorf("%v allocations", kept)
	}
	if err := r.Load(t.Context(), "a"); err != nil || !r.Loaded("a") || r.Loaded("b") {
		t.Errorf("loaded: %v %v, %v", r.Loaded("a"), r.Loaded("b"), err)
	}
	if r.Plan("b") != before {
		t.Error("the plan of an unknown channel is another each time")
	}
}
