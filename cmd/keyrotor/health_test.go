package main_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

func TestAServerWithoutItsStoreIsReadyForAsLongAsItsPlansLast(t *testing.T) {
	var ahead atomic.Int64
	s := &server{t: t, logs: &logBuffer{}}
	config := load(t, fixture)
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	app, err := keyrotor.NewApp(t.Context(), config, now, keyrotor.NewLogger(config.Log, s.logs))
	if err != nil {
		t.Fatal(err)
	}
	s.App, s.url = app, "http://"+app.Addr()
	if got := s.health(); got != "503 not ready: channel open: nothing was planned yet" {
		t.Errorf("before the first plan: %s", got)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	s.await(func() bool { return s.health() == "200 ready" })
	if err := s.LoseStore(); err != nil {
		t.Fatal(err)
	}
	ahead.Add(int64(7 * 24 * time.Hour))
	s.await(func() bool {
		return strings.HasPrefix(s.health(), "200 ready, degraded: channel open: behind: create 1 records of channel open: ")
	})
	s.await(func() bool {
		return strings.Contains(s.get("/readyz", "").body, "ready, degraded: catch up with the decisions of other replicas: ")
	})
	ahead.Add(int64(10 * 7 * 24 * time.Hour))
	if got := s.health(); !strings.HasPrefix(got, "503 not ready: channel open: the plan ended at 20") {
		t.Errorf("after the plan's end: %s", got)
	}
}

// health is status and body of /readyz; of several lines the one about channel open.
func (s *server) health() string {
	s.t.Helper()
	answered := httptest.NewRecorder()
	s.Handler().ServeHTTP(answered, s.request("GET", "/readyz", "", ""))
	for line := range strings.Lines(answered.Body.String()) {
		if line = strings.TrimSpace(line); strings.Contains(line, "channel open") || line == "ready" {
			return fmt.Sprint(answered.Code, " ", line)
		}
	}
	return answered.Body.String()
}
