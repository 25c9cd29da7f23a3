package speke_test

import (
	"log/slog"
	"sync"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// What is remembered of one request must not show in the answer to another one.
func TestRememberedSignalingIsThatOfItsKeyPeriodAndSystem(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.Tracks = append([]keyplan.Track{"ALL"}, ch.Tracks...)
	ch.Schemes = append(ch.Schemes, keyplan.CBC1)
	channels := []speke.Channel{ch}
	warm := start(t, setup{channels: channels, signaling: &everything})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for _, document := range everyDocument(t) {
				warm.post("", document)
			}
			warm.post("2.0", documentOf("live", indexes(unixNoon, unixNoon+1, unixNoon+2)...))
		})
	}
	asking.Wait()
	for version, document := range everyDocument(t) {
		cold := start(t, setup{channels: channels, signaling: &everything, store: warm.store})
		if warm.spoken(document) != cold.spoken(document) {
			t.Errorf("%s: what was remembered is not what is built", version)
		}
	}
}

func TestSignalingIsBuiltOnce(t *testing.T) {
	p := prepare(t, setup{})
	built := 0
	handler := newHandler(t, speke.Config{
		Channels: []speke.Channel{p.channel}, Ledger: p.replica, Planner: p.planner, Sealer: p.planner.Sealer,
		Supports: supports, Caller: caller, Now: p.clock.now, Log: slog.New(slog.DiscardHandler),
		Signaling: func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool) {
			built++
			return p.signaling(channel, e, k, system)
		},
	})
	counted := &provider{T: t, handler: handler, replica: p.replica, planner: p.planner, channel: p.channel}
	first := counted.direct(valid)
	if second := counted.direct(valid); second != first || built != 2 {
		t.Errorf("built %d times for two DRM systems", built)
	}
}
