package speke_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

const userAgent = "keyrotor/test"

// A provider is a key provider as a packager meets it: the handler over HTTP, with a real
// replica of a store behind it.
type provider struct {
	*testing.T
	clock   *clock
	store   ledger.Store
	replica *ledger.Replica
	handler *speke.Handler
	planner keyplan.Planner
	channel speke.Channel // the first one
	url     string
	log     *logged
	stop    func() // ends Run and waits for what it still writes
	rebound atomic.Int32

	signaling func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool)
	supports  func(string, signaling.System) bool
}

// A setup says what is unusual about a provider. Whatever is nil has a default.
type setup struct {
	clock    *clock
	store    ledger.Store
	source   keyplan.KeySource
	channels []speke.Channel
	// signaling has the settings of every channel. Nil: the defaults, without PlayReady.
	signaling *signaling.Settings
}

// start runs a provider that is seen by everybody but for the channel "foreign".
func start(t *testing.T, s setup) *provider {
	t.Helper()
	p := prepare(t, s)
	server := httptest.NewServer(p.handler)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// prepare is start without a network.
func prepare(t *testing.T, s setup) *provider {
	t.Helper()
	p := &provider{T: t, clock: s.clock, store: s.store, planner: newPlanner(t, s.source), log: &logged{}}
	if p.clock == nil {
		p.clock = newClock(noon.Add(minute))
	}
	if p.store == nil {
		p.store = memstore.New()
	}
	if s.channels == nil {
		s.channels = []speke.Channel{liveChannel(t, tenMinutes), channel(t, "foreign", tenMinutes)}
	}
	p.channel = s.channels[0]
	p.signaling, p.supports = signals(signaling.Settings{}), supports
	if s.signaling != nil {
		p.signaling = signals(*s.signaling)
		p.supports = func(_ string, system signaling.System) bool { return s.signaling.Supports(system) }
	}
	p.wire(s.channels)
	t.Cleanup(p.requireNoKeyLogged)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { _ = p.handler.Run(ctx) })
	p.stop = func() { cancel(); running.Wait() }
	t.Cleanup(p.stop)
	return p
}

func (p *provider) wire(channels []speke.Channel) {
	p.Helper()
	log := slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.replica = ledger.NewReplica(ledger.Config{Store: p.store, Log: log})
	for _, ch := range channels {
		if err := p.replica.Load(p.Context(), ch.ID); err != nil {
			p.Fatal(err)
		}
	}
	p.handler = newHandler(p, speke.Config{
		Channels: channels, Ledger: p.replica, Planner: p.planner, Sealer: p.planner.Sealer,
		Signaling: p.signaling, Supports: p.supports, Caller: caller, Now: p.clock.now, UserAgent: userAgent, Log: log,
		Rebound: func(string) { p.rebound.Add(1) },
	})
}

func newHandler(t testing.TB, c speke.Config) *speke.Handler {
	t.Helper()
	h, err := speke.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// caller names the packager by a header, and keeps it from the channel "foreign".
func caller(r *http.Request) speke.Caller {
	return speke.Caller{
		Packager: r.Header.Get("Packager"),
		May:      func(channel string) bool { return channel != "foreign" },
	}
}

// signals builds signaling by settings, as cmd/keyrotor does.
func signals(settings signaling.Settings) func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool) {
	return func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
		return settings.For(system, signaling.Key{
			KID: k.KID, Scheme: string(k.Scheme), Channel: channel, IV: k.IV, Check: k.Check,
			PeriodIndex: e.Index(), PeriodSeconds: uint32(e.Duration().Seconds()),
		})
	}
}

// supports lacks PlayReady.
func supports(_ string, system signaling.System) bool {
	return system != signaling.PlayReady && signaling.Settings{}.Supports(system)
}

// newPlanner derives keys from a root that is known here, unless another source is given.
func newPlanner(t testing.TB, keys keyplan.KeySource) keyplan.Planner {
	t.Helper()
	if keys == nil {
		keys = derived(t)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: keys, Sealer: sealer}
}

func derived(t testing.TB) *source.Derived {
	t.Helper()
	root := source.Root{ID: "test", Secret: keyplan.NewSecret(bytes.Repeat([]byte{42}, 32))}
	d, err := source.NewDerived(root)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Policies as a configuration has them.
const (
	tenMinutes = "rotate: {every: 10m}"
	daily      = "{rotate: {cron: '0 4 * * *'}, packager_interval: 5m}"
)

// records gives all that a store holds of a channel.
func records(t testing.TB, store ledger.Store, channel string) []keyplan.Record {
	t.Helper()
	recs, err := store.List(context.Background(), channel, "", "", 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// named gives the names among records that begin with prefix.
func named(recs []keyplan.Record, prefix string) []string {
	var names []string
	for _, r := range recs {
		if strings.HasPrefix(r.Name, prefix) {
			names = append(names, r.Name)
		}
	}
	return names
}
