package tokens_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
	"github.com/keyrotor/keyrotor/tokens"
)

// A station is a day at some instant: the key provider, packagers that ask it, and viewers
// of what they have on air.
type station struct {
	*testing.T
	begin, now time.Time
	replica    *ledger.Replica
	ledger     speke.Ledger // the replica, or one that is deaf
	planner    keyplan.Planner
	handler    *speke.Handler
	stop       func() // ends what the handler runs
	issuer     *tokens.Issuer
	programs   []*program
	viewers    []*viewer
	rand       *rand.Rand
	figures    figures
}

// A program is a channel and its packagers.
type program struct {
	channel    *keyplan.Channel
	encryptors []*encryptor
	newest     pass // the token that was written last
}

// A deaf ledger keeps all but what packagers were observed to do.
type deaf struct{ *ledger.Replica }

func (d deaf) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	var heard []keyplan.Record
	for _, r := range recs {
		if !strings.HasPrefix(r.Name, "seen/") {
			heard = append(heard, r)
		}
	}
	return d.Replica.Create(ctx, channel, heard...)
}

func newStation(t *testing.T, d day) *station {
	t.Helper()
	keys, err := source.NewDerived(source.Root{ID: "a", Secret: keyplan.NewSecret([]byte("0123456789abcdef0123456789abcdef"))})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &station{
		T: t, begin: d.begin, now: d.begin, replica: ledger.NewReplica(ledger.Config{Store: memstore.New()}),
		planner: keyplan.Planner{Source: keys, Sealer: sealer}, stop: func() {}, rand: rand.New(rand.NewPCG(1, 2)),
	}
	if s.ledger = s.replica; d.unseen {
		s.ledger = deaf{s.replica}
	}
	s.programs = []*program{{encryptors: counting(d.begin)}, {encryptors: anchored(d.begin)}}
	s.change(d.policy)
	s.issuer = s.newIssuer(sealer)
	s.viewers = newViewers(s)
	t.Cleanup(func() { s.stop() })
	return s
}

// change starts the key provider again, with both channels under another policy.
func (s *station) change(c keyplan.PolicyConfig) {
	s.Helper()
	var channels []speke.Channel
	for i, name := range []string{"news", "sport"} {
		p := s.programs[i]
		p.channel = s.newChannel(name, c, p)
		channels = append(channels, speke.Channel{Channel: p.channel})
	}
	h, err := speke.New(speke.Config{
		Channels: channels, Ledger: s.ledger, Planner: s.planner, Sealer: s.planner.Sealer,
		Signaling: func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool) {
			return signaling.Signaling{}, true
		},
		Supports: func(string, signaling.System) bool { return true },
		Caller:   func(*http.Request) speke.Caller { return speke.Caller{} },
		Now:      func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.Fatal(err)
	}
	s.run(h)
}

// run puts h in the place of the handler before.
func (s *station) run(h *speke.Handler) {
	s.stop()
	ctx, cancel := context.WithCancel(s.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = h.Run(ctx) })
	s.handler, s.stop = h, func() { cancel(); running.Wait() }
}

func (s *station) newChannel(id string, c keyplan.PolicyConfig, p *program) *keyplan.Channel {
	s.Helper()
	policy, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		s.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: id, ContentIDs: contentIDs(p.encryptors), Tracks: []keyplan.Track{"VIDEO"},
	}, policy)
	if len(ps) > 0 {
		s.Fatal(ps)
	}
	return ch
}

// newIssuer is for tokens that no cap bounds. What viewers need is told by KIDs, so no key
// is opened.
func (s *station) newIssuer(sealer *seal.Local) *tokens.Issuer {
	s.Helper()
	axinom := sampleConfig()
	axinom.EncryptedKey = new(false)
	i, err := tokens.New(tokens.Config{
		Section: tokens.Section{Axinom: &axinom, MaxCharacters: new(1 << 20)},
		Now:     func() time.Time { return s.now }, Plan: s.replica.Plan, Open: sealer.Open,
	})
	if err != nil {
		s.Fatal(err)
	}
	return i
}

// pass lets it be now, in this order: the scheduler plans, packagers ask and switch, what
// they did is recorded, viewers ask and play.
func (s *station) pass(now time.Time) {
	s.now = now
	asked := s.figures.asks
	for _, p := range s.programs {
		s.plan(p)
		for _, e := range p.encryptors {
			e.pass(s)
		}
	}
	if s.figures.asks > asked {
		synctest.Wait()
	}
	for _, v := range s.viewers {
		v.pass(s)
	}
}

func (s *station) plan(p *program) {
	_, err := s.replica.Settle(s.Context(), p.channel.ID, func(plan *keyplan.Plan) ([]keyplan.Record, error) {
		return s.planner.Ahead(s.Context(), p.channel, plan, s.now)
	})
	if err != nil {
		s.Fatal(err)
	}
}

// ticks is how many have passed since the day began.
func (s *station) ticks() int { return int(s.now.Sub(s.begin) / tick) }
