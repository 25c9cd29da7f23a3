package speke_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A timed store keeps the context of the last Create.
type timed struct {
	ledger.Store
	ctx context.Context
}

func (s *timed) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	s.ctx = ctx
	return s.Store.Create(ctx, channel, recs...)
}

// Nobody runs the handler, so that it is the request alone which reaches the store.
func TestWhatTheStoreDoesForARequestHasALimitAndEndsWithIt(t *testing.T) {
	store := &timed{Store: memstore.New()}
	planner := newPlanner(t, nil)
	handler := newHandler(t, speke.Config{
		Channels: []speke.Channel{liveChannel(t, tenMinutes)}, Ledger: ledger.NewReplica(ledger.Config{Store: store}),
		Planner: planner, Sealer: planner.Sealer, Signaling: signals(signaling.Settings{}), Supports: supports,
		Caller: caller, Now: newClock(noon).now, Log: slog.New(slog.DiscardHandler),
	})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(valid)))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if _, limited := store.ctx.Deadline(); !limited {
		t.Error("there is no limit")
	}
	if err := store.ctx.Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("it is not over: %v", err)
	}
}
