package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// noon is when every test begins.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A rig is real feeds of two channels whose periods are minutes, over a store that can fail,
// and a network in memory.
type rig struct {
	*network
	store    *faulty
	replica  *ledger.Replica
	feed     *announce.Feed
	planner  keyplan.Planner
	channels map[string]*keyplan.Channel
	ahead    atomic.Int64 // how far the wall clock was set
	began    time.Time
	log      *slog.Logger
}

func newRig(t *testing.T) *rig {
	t.Helper()
	store := &faulty{Store: memstore.New()}
	r := &rig{
		network: newNetwork(t), store: store, replica: ledger.NewReplica(ledger.Config{Store: store}),
		planner: planner(t), channels: map[string]*keyplan.Channel{}, began: time.Now(), log: slog.New(slog.DiscardHandler),
	}
	feed, err := announce.New(announce.Config{
		Channel: func(id string) (*keyplan.Channel, bool) { ch, ok := r.channels[id]; return ch, ok },
		Plan:    r.replica.Plan, Events: r.replica.Feed, Changed: r.replica.Changed, Signaling: signal, Now: r.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.feed = feed
	for _, id := range []string{"news", "sports"} {
		r.channels[id] = channel(t, id)
		r.plan(t, id)
	}
	return r
}

// in runs a test in a bubble, where time passes when nothing else is to be done.
func in(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newRig(t)) })
}

// to is in, with a target at host a, which is pushed to; more says what else it has.
func to(t *testing.T, more string, test func(t *testing.T, r *rig, a *endpoint, p *pusher)) {
	t.Helper()
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		p := r.push(t, "["+one("a", more)+"]")
		defer p.stop()
		test(t, r, a, p)
	})
}

func (r *rig) now() time.Time {
	return noon.Add(time.Since(r.began) + time.Duration(r.ahead.Load()))
}

// pass lets time go on, and everything happen that it brings.
func (r *rig) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (r *rig) plan(t *testing.T, id string) {
	t.Helper()
	_, err := r.replica.Settle(t.Context(), id, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return r.planner.Ahead(t.Context(), r.channels[id], p, r.now())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// announce appends the announcement of the period that begins some minutes after noon.
func (r *rig) announce(t *testing.T, id string, minutes int) {
	t.Helper()
	r.append(t, id, keyplan.Announce(minute(minutes), r.now()))
}

func (r *rig) append(t *testing.T, id string, e keyplan.Event) {
	t.Helper()
	if _, err := r.replica.Append(t.Context(), id, e); err != nil {
		t.Fatal(err)
	}
}

func minute(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// A pusher is a Deliverer that runs.
type pusher struct {
	*webhook.Deliverer
	stop func()
}

// push starts one for targets that are written as in a configuration.
func (r *rig) push(t *testing.T, targets string, change ...func(*webhook.Config)) *pusher {
	t.Helper()
	c := webhook.Config{
		Targets: parse(t, targets), Store: r.store, Now: r.now, Log: r.log,
		Channels: func() []string { return []string{"news", "sports"} },
		Since:    r.feed.Since, Tell: r.feed.Tell, UserAgent: "keyrotor/test",
		Transport: func(*webhook.Target) http.RoundTripper { return r.transport() },
	}
	for _, f := range change {
		f(&c)
	}
	d, err := webhook.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	return &pusher{d, sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})}
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// one is a configured target; more may say what else it has.
func one(name, more string) string {
	return "{name: " + name + ", url: 'http://" + name + ".test/in', allow_private: true, secrets: [" + secret + "]" + more + "}"
}

func parse(t *testing.T, targets string) []*webhook.Target {
	t.Helper()
	parsed, ps := webhook.NewTargets(section(t, targets))
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return parsed
}

// standing is what the store says of the first target.
func (p *pusher) standing(t *testing.T) webhook.Status {
	t.Helper()
	all, err := p.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// A faulty store is a real one whose calls fail while it is told to.
type faulty struct {
	ledger.Store
	fails atomic.Pointer[func(name string) bool] // of a Create or List; nil: never
}

func (s *faulty) fail(when func(name string) bool) { s.fails.Store(&when) }

func (s *faulty) check(name string) error {
	if f := s.fails.Load(); f != nil && (*f)(name) {
		return ledger.ErrUnavailable
	}
	return nil
}

func (s *faulty) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	if err := s.check(recs[0].Name); err != nil {
		return nil, err
	}
	return s.Store.Create(ctx, channel, recs...)
}

func (s *faulty) List(ctx context.Context, channel, from, to string, limit int) ([]keyplan.Record, error) {
	if err := s.check(from); err != nil {
		return nil, err
	}
	return s.Store.List(ctx, channel, from, to, limit)
}

// signal is the real thing.
func signal(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
	return signaling.Settings{}.For(system, signaling.Key{
		KID: k.KID, Scheme: string(k.Scheme), PeriodIndex: e.Index(), ContentID: channel,
	})
}

func channel(t *testing.T, id string) *keyplan.Channel {
	t.Helper()
	var c keyplan.PolicyConfig
	if err := yaml.Unmarshal([]byte("{rotate: {every: 1m}, lead: 20s, ahead: 120}"), &c); err != nil {
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

func planner(t *testing.T) keyplan.Planner {
	t.Helper()
	secret := keyplan.NewSecret(bytes.Repeat([]byte{7}, 32))
	sealer, err := seal.NewLocal(secret)
	if err != nil {
		t.Fatal(err)
	}
	derived, err := source.NewDerived(source.Root{ID: "one", Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: derived, Sealer: sealer}
}
