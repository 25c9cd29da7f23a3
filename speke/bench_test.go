package speke_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/speke"
)

// BenchmarkHandler is what the handler alone spends on five keys under three DRM systems.
func BenchmarkHandler(b *testing.B) {
	ch := liveChannel(b, tenMinutes)
	ch.Tracks = []keyplan.Track{"SD", "HD", "UHD", "STEREO_AUDIO", "MULTICHANNEL_AUDIO"}
	handler := newHandler(b, speke.Config{
		Channels: []speke.Channel{ch}, Ledger: ledger.NewReplica(ledger.Config{Store: memstore.New()}),
		Planner: newPlanner(b, nil), Sealer: newPlanner(b, nil).Sealer,
		Signaling: signals(everything), Supports: supports, Caller: caller, Now: newClock(noon).now,
		UserAgent: userAgent, Log: slog.New(slog.DiscardHandler),
	})
	var asks []ask
	for _, track := range ch.Tracks {
		asks = append(asks, ask{index: unixNoon, track: string(track)})
	}
	document := strings.ReplaceAll(documentOf("live", asks...), `<PSSH/></DRMSystem>`, `<PSSH/><ContentProtectionData/><HLSSignalingData playlist="media"/><HLSSignalingData playlist="master"/></DRMSystem>`)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(document))
		r.Header.Set("X-Speke-Version", "2.0")
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}
