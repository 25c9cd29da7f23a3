package main_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

// A mute store says nothing about some channels while it is mute, and keeps which were asked.
type mute struct {
	shared
	now   atomic.Bool
	about func(channel string) bool

	mu    sync.Mutex // guards asked
	asked []string
}

func (m *mute) List(ctx context.Context, channel, from, to string, limit int) ([]keyplan.Record, error) {
	if m.about(channel) {
		m.mu.Lock()
		m.asked = append(m.asked, channel)
		m.mu.Unlock()
		if m.now.Load() {
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}
	return m.shared.List(ctx, channel, from, to, limit)
}

func serveMute(t *testing.T, about ...string) (*server, *mute) {
	t.Helper()
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	store := &mute{shared: shared{memstore.New()}, about: func(channel string) bool {
		for _, id := range about {
			if id == channel {
				return true
			}
		}
		return false
	}}
	return serveOver(t, everyone, store, sealer), store
}

func TestWhoCreatesChannelsWhileTheStoreSaysNothingDoesNotWaitInLine(t *testing.T) {
	ids := []string{"event-1", "event-2", "event-3", "event-4", "event-5"}
	s, store := serveMute(t, ids...)
	store.now.Store(true)
	var asking sync.WaitGroup
	begun := time.Now()
	for _, id := range ids {
		asking.Go(func() {
			if a := s.send(s.speke("packager", document(t, id, week()))); a.status != http.StatusServiceUnavailable {
				t.Errorf("%s: %d %s", id, a.status, a.body)
			}
		})
	}
	asking.Wait()
	// Each waits for three seconds; one after the other they would for fifteen.
	if took := time.Since(begun); took > 9*time.Second {
		t.Errorf("they were answered after %v", took)
	}
}

func TestOfAChannelThatMayNotBeCreatedNothingIsRead(t *testing.T) {
	s, store := serveMute(t, "live-9")
	for _, id := range []string{"live-7", "live-8", "live-9"} {
		a := s.send(s.speke("packager", document(t, id, week())))
		if refused := a.status == http.StatusNotFound; refused != (id == "live-9") {
			t.Errorf("%s: %d %s", id, a.status, a.body)
		}
	}
	if len(store.asked) > 0 {
		t.Errorf("read: %q", store.asked)
	}
}
