package scheduler_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler"
)

// A clock is a wall clock that can be set, and that runs on while the machine sleeps.
type clock struct{ ahead atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(time.Until(at))
	return c
}

func (c *clock) now() time.Time      { return time.Now().Add(time.Duration(c.ahead.Load())).UTC() }
func (c *clock) set(d time.Duration) { c.ahead.Add(int64(d)) }

// until lets time pass, and everything happen that it brings.
func (c *clock) until(t *testing.T, at time.Time) {
	t.Helper()
	if at.Before(c.now()) {
		t.Fatalf("it is already %s, later than %s", c.now(), at)
	}
	time.Sleep(at.Sub(c.now()))
	synctest.Wait()
}

// A faulty store is a real one behind a network that fails as it is told to.
type faulty struct {
	ledger.Store
	mu     sync.Mutex // guards what follows
	before fault      // the call does not arrive
	after  fault      // the reply is lost
}

// A fault says what becomes of a Create or Delete of these names; nil: no fault.
type fault func(ctx context.Context, channel string, names []string) error

func (s *faulty) set(before, after fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

func (s *faulty) through(ctx context.Context, channel string, names []string, call func() error) error {
	s.mu.Lock()
	faults := []fault{s.before, s.after}
	s.mu.Unlock()
	if f := faults[0]; f != nil {
		if err := f(ctx, channel, names); err != nil {
			return err
		}
	}
	err := call()
	if f := faults[1]; f != nil && err == nil {
		err = f(ctx, channel, names)
	}
	return err
}

func (s *faulty) Create(ctx context.Context, channel string, recs ...keyplan.Record) (kept []keyplan.Record, err error) {
	err = s.through(ctx, channel, names(recs), func() error {
		kept, err = s.Store.Create(ctx, channel, recs...)
		return err
	})
	return kept, err
}

func (s *faulty) Delete(ctx context.Context, channel string, names ...string) error {
	return s.through(ctx, channel, names, func() error { return s.Store.Delete(ctx, channel, names...) })
}

func names(recs []keyplan.Record) []string {
	all := make([]string, len(recs))
	for i, r := range recs {
		all[i] = r.Name
	}
	return all
}

// unavailable is the fault of a store that cannot be reached.
func unavailable(context.Context, string, []string) error { return ledger.ErrUnavailable }

// records gives all that a store holds of a channel.
func records(t *testing.T, store ledger.Store, channel string) []keyplan.Record {
	t.Helper()
	recs, err := store.List(t.Context(), channel, "", "", 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// A station is one replica with its scheduler, running.
type station struct {
	*ledger.Replica
	*scheduler.Scheduler
	stop func()
}

// load makes a replica that knows some channels.
func load(t *testing.T, store ledger.Store, channels ...*keyplan.Channel) *ledger.Replica {
	t.Helper()
	replica := ledger.NewReplica(ledger.Config{Store: store, Log: slog.New(slog.DiscardHandler)})
	for _, ch := range channels {
		if err := replica.Load(t.Context(), ch.ID); err != nil {
			t.Fatal(err)
		}
	}
	return replica
}

// keep starts a scheduler for the channels of c; what is left nil in c is filled in.
func keep(t *testing.T, replica *ledger.Replica, c scheduler.Config) *station {
	t.Helper()
	c.Ledger = replica
	if c.Planner.Source == nil {
		c.Planner = planner(t)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s, err := scheduler.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &station{Replica: replica, Scheduler: s, stop: run(t, s.Run)}
}

// start is a process that starts.
func start(t *testing.T, store ledger.Store, c scheduler.Config) *station {
	t.Helper()
	return keep(t, load(t, store, c.Channels...), c)
}

// run starts what blocks, and gives what ends it and waits for its end.
func run(t *testing.T, blocking func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- blocking(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// planner draws at random, so that a plan made twice would show.
func planner(t *testing.T) keyplan.Planner {
	t.Helper()
	sealer, err := seal.NewLocal(keyplan.NewSecret(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: source.Random{}, Sealer: sealer}
}

// channel makes one with a single track, and a policy written as in a configuration.
func channel(t *testing.T, id, policy string) *keyplan.Channel {
	t.Helper()
	var c keyplan.PolicyConfig
	if err := yaml.Unmarshal([]byte(policy), &c); err != nil {
		t.Fatal(err)
	}
	pol, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{ID: id, Tracks: []keyplan.Track{"VIDEO"}}, pol)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

// noon is when most tests begin.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// An unlisted store is a real one of which nothing can be listed while it is away.
type unlisted struct {
	ledger.Store
	away atomic.Bool
}

func (s *unlisted) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	if s.away.Load() {
		return nil, ledger.ErrUnavailable
	}
	return s.Store.List(ctx, channel, from, to, limit)
}
