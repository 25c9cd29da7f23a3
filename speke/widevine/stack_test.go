package widevine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke/signaling"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A stack is the handler with a real planner and replica behind it. The time is 12:00:04,
// and stays.
type stack struct {
	testing.TB
	now      time.Time
	channels map[string]*keyplan.Channel
	replica  *ledger.Replica
	planner  keyplan.Planner
	config   widevine.Config
	log      bytes.Buffer
	asks     []widevine.Ask
	answered []string
	served   []keyplan.Period
}

// newStack has the channels "live", "foreign", which is not the signer's, and "pair", which
// has two content IDs. change, if not nil, makes its Config unusual.
func newStack(t testing.TB, change func(*widevine.Config)) (*stack, *widevine.Handler) {
	t.Helper()
	s := &stack{TB: t, now: noon.Add(4 * time.Second), channels: map[string]*keyplan.Channel{}}
	s.replica = ledger.NewReplica(ledger.Config{Store: memstore.New()})
	s.planner = planner(t)
	for _, ch := range []*keyplan.Channel{channel(t, "live"), channel(t, "foreign"), channel(t, "pair", "hd", "uhd")} {
		s.channels[ch.ID] = ch
	}
	s.config = widevine.Config{
		Signers: signers(t, signer("widevine_test", "live", "pair", "unknown")),
		Channel: func(id string) (*keyplan.Channel, bool) { ch, ok := s.channels[id]; return ch, ok },
		Entries: s.entries, Open: s.planner.Sealer.Open,
		Signaling: signals,
		Served:    func(_ widevine.Ask, es []*keyplan.Entry) { s.served = append(s.served, periods(es)...) },
		Answered:  func(channel, status string) { s.answered = append(s.answered, channel+" "+status) },
		Log:       slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&s.config)
	}
	t.Cleanup(s.requireNoKeyLogged)
	return s, widevine.New(s.config)
}

// entries resolves indexes through a binding that is anchored as the Ask says, or gives what
// is in force.
func (s *stack) entries(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
	s.asks = append(s.asks, ask)
	if len(ask.Indexes) == 0 {
		e, err := s.at(ctx, ask.Channel, s.now)
		return []*keyplan.Entry{e}, err
	}
	interval := ask.Channel.Policy.PackagerInterval
	bound := keyplan.Binding{Index: ask.Anchor, At: s.now.Truncate(interval), Interval: interval}
	var entries []*keyplan.Entry
	for _, index := range ask.Indexes {
		e, err := s.at(ctx, ask.Channel, bound.Middle(index, s.now))
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// at extends the plan until it reaches past t.
func (s *stack) at(ctx context.Context, ch *keyplan.Channel, t time.Time) (*keyplan.Entry, error) {
	plan, err := s.replica.Settle(ctx, ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return s.planner.Through(ctx, ch, p, s.now, t)
	})
	if errors.Is(err, keyplan.ErrTooFarAhead) {
		return nil, fmt.Errorf("%w: %w", widevine.ErrPeriod, err)
	}
	if err != nil {
		return nil, err
	}
	e, ok := plan.At(t)
	if !ok {
		return nil, fmt.Errorf("%w: before the plan", widevine.ErrPeriod)
	}
	return e, nil
}

func planner(t testing.TB) keyplan.Planner {
	t.Helper()
	keys, err := source.NewDerived(source.Root{ID: "test", Secret: keyplan.NewSecret(bytes.Repeat([]byte{42}, 32))})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.Planner{Source: keys, Sealer: sealer}
}

// channel rotates every ten seconds and has shaka-packager's five tracks in two schemes.
func channel(t testing.TB, id string, contentIDs ...string) *keyplan.Channel {
	t.Helper()
	var c keyplan.PolicyConfig
	if err := yaml.Unmarshal([]byte("rotate: {every: 10s}"), &c); err != nil {
		t.Fatal(err)
	}
	pol, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: id, ContentIDs: contentIDs, Tracks: fiveTracks(),
		Schemes: []keyplan.Scheme{keyplan.CENC, keyplan.CBCS},
	}, pol)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

func fiveTracks() []keyplan.Track { return []keyplan.Track{"SD", "HD", "UHD1", "UHD2", "AUDIO"} }

func signals(_ string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
	return signaling.Settings{}.For(system, signaling.Key{
		KID: k.KID, Scheme: string(k.Scheme), PeriodIndex: e.Index(), PeriodSeconds: uint32(e.Duration().Seconds()),
	})
}

func periods(entries []*keyplan.Entry) []keyplan.Period {
	var ps []keyplan.Period
	for _, e := range entries {
		ps = append(ps, e.Period)
	}
	return ps
}

// unreachable is what a store says that cannot be reached.
func unreachable(context.Context, widevine.Ask) ([]*keyplan.Entry, error) {
	return nil, ledger.ErrUnavailable
}
