package announce_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
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
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// noon is when every test begins.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const everyMinute = "{rotate: {every: 1m}, lead: 20s, ahead: 3}"

// A rig is a feed over a real plan, at noon unless time is moved.
type rig struct {
	*ledger.Replica
	*announce.Feed
	store   *memstore.Store
	channel *keyplan.Channel
	planner keyplan.Planner
	now     func() time.Time
	set     func(by time.Duration) // sets the clock, in a bubble
	sign    func(channel string, body []byte) (string, error)
}

// newRig plans ahead of noon.
func newRig(t *testing.T, policy string, schemes ...keyplan.Scheme) *rig {
	t.Helper()
	store := memstore.New()
	r := &rig{
		Replica: ledger.NewReplica(ledger.Config{Store: store}), store: store,
		channel: channel(t, policy, schemes), planner: planner(t),
		now: func() time.Time { return noon },
	}
	r.Feed = r.over(t, func() time.Time { return r.now() })
	return r
}

// over is a feed over the rig's replica.
func (r *rig) over(t *testing.T, now func() time.Time) *announce.Feed {
	t.Helper()
	feed, err := announce.New(announce.Config{
		Channel: only(r.channel),
		Plan:    r.Plan, Events: r.Replica.Feed, Changed: r.Changed, Signaling: signal,
		Sign: r.sign, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

// only finds one channel.
func only(ch *keyplan.Channel) func(string) (*keyplan.Channel, bool) {
	return func(id string) (*keyplan.Channel, bool) { return ch, id == ch.ID }
}

func (r *rig) plan(t *testing.T) {
	t.Helper()
	_, err := r.Settle(t.Context(), "news", func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return r.planner.Ahead(t.Context(), r.channel, p, r.now())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// announce appends the announcement of the period that begins some minutes after noon.
func (r *rig) announce(t *testing.T, minutes int) {
	t.Helper()
	if _, err := r.Append(t.Context(), "news", keyplan.Announce(minute(minutes), r.now())); err != nil {
		t.Fatal(err)
	}
}

// repeat appends it once more, as a replica does that has not seen the first.
func (r *rig) repeat(t *testing.T, minutes int, seq uint64) {
	t.Helper()
	e := keyplan.Announce(minute(minutes), r.now())
	e.Seq = seq
	if _, err := r.Create(t.Context(), "news", e.Record()); err != nil {
		t.Fatal(err)
	}
}

// inBubble lets the clock of r run from noon on in a bubble's time, and gives what sets it.
func (r *rig) inBubble() (set func(by time.Duration)) {
	var ahead atomic.Int64
	began := time.Now()
	r.now = func() time.Time { return noon.Add(time.Since(began) + time.Duration(ahead.Load())) }
	return func(by time.Duration) { ahead.Add(int64(by)) }
}

func minute(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// signal is the real thing, with settings of which one shows that they are used.
func signal(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
	settings := signaling.Settings{Widevine: signaling.WidevineSettings{Provider: "studio"}}
	return settings.For(system, signaling.Key{
		KID: k.KID, Scheme: string(k.Scheme), PeriodIndex: e.Index(),
		PeriodSeconds: uint32(e.Duration() / time.Second), ContentID: channel,
	})
}

func channel(t *testing.T, policy string, schemes []keyplan.Scheme) *keyplan.Channel {
	t.Helper()
	var c keyplan.PolicyConfig
	if err := yaml.Unmarshal([]byte(policy), &c); err != nil {
		t.Fatal(err)
	}
	pol, ps := keyplan.NewPolicy(c)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{ID: "news", Tracks: []keyplan.Track{"VIDEO", "AUDIO"}, Schemes: schemes}, pol)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

// planner derives its keys, so that every run announces the same KIDs.
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

// A listener is a client that follows, and writes down what it hears.
type listener struct {
	*rig
	mu    sync.Mutex // guards lines
	lines []string
	stop  func()
}

func (r *rig) listen(t *testing.T, after uint64) *listener {
	t.Helper()
	l := &listener{rig: r}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m := range r.Follow(ctx, "news", after) {
			l.hear(t, m)
		}
	}()
	l.stop = func() { cancel(); <-done }
	synctest.Wait()
	return l
}

// hear writes "12:00:40 #3 announced 12:01:00": when, ID, type, start of the period.
func (l *listener) hear(t *testing.T, m announce.Message) {
	line := fmt.Sprintf("%s #%d %s", l.now().Format(time.TimeOnly), m.ID, m.Type)
	var span announce.Span
	if err := json.Unmarshal(m.Data, &span); err != nil {
		t.Errorf("%s: %v", m.Type, err)
	}
	if !span.Start.IsZero() {
		line += " " + span.Start.Format(time.TimeOnly)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// heard gives what came since it was last asked.
func (l *listener) heard() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}
