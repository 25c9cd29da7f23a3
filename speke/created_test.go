package speke_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/speke"
)

// A nursery is a provider whose packagers create channels cam-….
type nursery struct {
	*provider
	admitted []string
	fails    error // what keeps a channel from being created
}

func newNursery(t *testing.T) *nursery {
	t.Helper()
	p := prepare(t, setup{})
	n := &nursery{provider: &provider{T: t, log: p.log, replica: p.replica, planner: p.planner, channel: p.channel}}
	n.handler = newHandler(t, speke.Config{
		Channels: []speke.Channel{p.channel}, Ledger: p.replica, Planner: p.planner, Sealer: p.planner.Sealer,
		Signaling: p.signaling, Supports: p.supports, Caller: caller, Now: p.clock.now, UserAgent: userAgent,
		Log: slog.New(slog.NewTextHandler(n.log, nil)),
		Created: func(id string) (speke.Channel, bool) {
			return channel(t, id, tenMinutes), strings.HasPrefix(id, "cam-")
		},
		Admit: func(_ context.Context, id string) error {
			n.admitted = append(n.admitted, id)
			return n.fails
		},
	})
	return n
}

func TestAChannelIsCreatedBeforeAnythingOfItIsPlannedAndNotForWhatItCannotHave(t *testing.T) {
	n := newNursery(t)
	unfit := strings.ReplaceAll(documentOf("cam-1", indexes(unixNoon)...), `intendedTrackType="VIDEO"`, `intendedTrackType="UHD"`)
	if got := n.direct(unfit); got.status != http.StatusUnprocessableEntity || n.admitted != nil {
		t.Errorf("a track that it lacks: %d %s, created %q", got.status, got.body, n.admitted)
	}
	if got := n.direct(documentOf("dog-1", indexes(unixNoon)...)); got.status != http.StatusNotFound || n.admitted != nil {
		t.Errorf("an unknown content ID: %d %s, created %q", got.status, got.body, n.admitted)
	}
	n.fails = ledger.ErrUnavailable
	if got := n.direct(documentOf("cam-1", indexes(unixNoon)...)); got.status != http.StatusServiceUnavailable || n.replica.Plan("cam-1").Len() != 0 {
		t.Errorf("without the store: %d %s, %d records", got.status, got.body, n.replica.Plan("cam-1").Len())
	}
	n.fails = nil
	if got := n.direct(documentOf("cam-1", indexes(unixNoon)...)); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	n.direct(documentOf("live", indexes(unixNoon)...))
	if want := []string{"cam-1", "cam-1"}; fmt.Sprint(n.admitted) != fmt.Sprint(want) {
		t.Errorf("created %q, want %q", n.admitted, want)
	}
}

func TestWhereThereMayBeNoMoreChannelsAContentIDIsUnknown(t *testing.T) {
	n := newNursery(t)
	n.fails = fmt.Errorf("full: %w", keyplan.ErrTooManyChannels)
	if got := n.direct(documentOf("cam-1", indexes(unixNoon)...)); got.status != http.StatusNotFound || got.body != "Unknown CPIX@contentId" {
		t.Errorf("2.0: %d %s", got.status, got.body)
	}
	if !strings.Contains(n.log.String(), `msg="channel not created" channel=cam-1`) {
		t.Error("the log does not tell")
	}
	if _, err := n.handler.Entries(t.Context(), speke.Indexed{ContentID: "cam-1"}); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("another protocol: %v", err)
	}
	asked := speke.Range{Channel: "cam-1", Scheme: keyplan.CBCS, From: noon, To: noon.Add(minute)}
	if _, err := n.handler.Document(t.Context(), asked); !errors.Is(err, speke.ErrRange) {
		t.Errorf("a time range: %v", err)
	}
	if n.replica.Plan("cam-1").Len() != 0 {
		t.Error("something was planned")
	}
}

func TestWhatABindingSaysOfAPatternHoldsForItsChannels(t *testing.T) {
	bound := speke.Settings{Bindings: map[string]speke.BindingConfig{"cam-*": {Unix: true}}}
	if b := bound.Under("cam-*", "cam-1").Bindings; len(b) != 1 || !b["cam-1"].Unix {
		t.Errorf("%+v", b)
	}
	if b := (speke.Settings{}).Under("cam-*", "cam-1").Bindings; b != nil {
		t.Errorf("of nothing: %+v", b)
	}
}
