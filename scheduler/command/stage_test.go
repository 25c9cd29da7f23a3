package command_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// A desk is one replica at which operators give orders, with the channel "news" of hourly
// periods, whose packagers count minutes by the content ID "news".
type desk struct {
	*testing.T
	*command.Executor
	replica *ledger.Replica
	channel *keyplan.Channel
	planner keyplan.Planner
	now     time.Time
	rotated int
	revoked int
}

func newDesk(t *testing.T, store ledger.Store) *desk {
	t.Helper()
	d := &desk{T: t, channel: news(t), planner: planner(t), now: noon.Add(10*time.Minute + 400*time.Millisecond)}
	d.replica = ledger.NewReplica(ledger.Config{Store: store, Log: slog.New(slog.DiscardHandler)})
	if err := d.replica.Load(t.Context(), "news"); err != nil {
		t.Fatal(err)
	}
	executor, err := command.New(command.Config{
		Ledger: d.replica, Planner: d.planner, Rebind: d.rebind, Now: func() time.Time { return d.now },
		Log:     slog.New(slog.DiscardHandler),
		Rotated: func(string) { d.rotated++ }, Revoked: func(string) { d.revoked++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Executor = executor
	return d
}

func news(t *testing.T) *keyplan.Channel {
	t.Helper()
	pol, ps := keyplan.NewPolicy(keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(time.Hour)}, PackagerInterval: new(time.Minute), DVR: new(time.Hour)})
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{ID: "news", ContentIDs: []string{"news", "other"}, Tracks: []keyplan.Track{"VIDEO", "AUDIO"}}, pol)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

func planner(t *testing.T) keyplan.Planner {
	t.Helper()
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: source.Random{}, Sealer: sealer}
}

// planned is a store in which the channel is planned from ten o'clock to some hours after noon.
func planned(t *testing.T) ledger.Store {
	t.Helper()
	store := memstore.New()
	d := newDesk(t, store)
	_, err := d.replica.Settle(t.Context(), "news", func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return d.planner.Ahead(t.Context(), d.channel, p, d.now)
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// rebind is the newest binding of a content ID, counting minutes anew.
func (d *desk) rebind(ctx context.Context, contentID string, index uint32, at time.Time) (keyplan.Binding, error) {
	known, ok := d.replica.Plan("news").Binding(contentID)
	if !ok {
		known = keyplan.Binding{ContentID: contentID, Interval: time.Minute}
	}
	b := keyplan.Rebind(known, index, at)
	_, err := d.replica.Decide(ctx, "news", b.Record())
	return b, err
}

// serve gives packagers of a content ID the keys of some minutes after noon.
func (d *desk) serve(contentID string, after ...int) {
	d.Helper()
	b := keyplan.UnixBinding(contentID, time.Minute)
	b.N = 1
	recs := []keyplan.Record{b.Record()}
	for _, n := range after {
		at := noon.Add(time.Duration(n) * time.Minute)
		e, _ := d.replica.Plan("news").At(at)
		recs = append(recs,
			keyplan.Served{ContentID: contentID, Index: b.IndexAt(at), N: 1, Start: e.Start}.Record(),
			e.Issue().Record(), keyplan.NewSeen(e.Start, "packager of "+contentID, time.Minute, d.now).Record())
	}
	if _, err := d.replica.Create(d.Context(), "news", recs...); err != nil {
		d.Fatal(err)
	}
}

// video is the VIDEO key that is in force at an instant.
func (d *desk) video(at time.Time) keyplan.ContentKey {
	d.Helper()
	e, ok := d.replica.Plan("news").At(at)
	if !ok {
		d.Fatalf("nothing is planned at %s", at)
	}
	k, _ := e.Key("VIDEO", keyplan.CBCS)
	return k
}

func order(key string) command.Order {
	return command.Order{Key: key, By: "operator", Reason: "a test"}
}

// A stumbling store fails with its n-th Create, before or after it is kept.
type stumbling struct {
	ledger.Store
	err    error
	before func(channel string, recs []keyplan.Record) // called before each Create; nil: not

	mu   sync.Mutex // guards what follows
	left int        // Creates until the one that fails
	lost bool       // what fails is the reply
}

func (s *stumbling) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	if s.before != nil {
		s.before(channel, recs)
	}
	s.mu.Lock()
	s.left--
	failing := s.left == 0
	s.mu.Unlock()
	if failing && !s.lost {
		return nil, s.err
	}
	stored, err := s.Store.Create(ctx, channel, recs...)
	if failing {
		return nil, s.err
	}
	return stored, err
}
