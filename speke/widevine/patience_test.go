package widevine_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

// hold serves one call in a bubble, where time passes at once, and tells how long it took.
func hold(ctx context.Context, t *testing.T, h *widevine.Handler) (answer, time.Duration) {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, "POST", "/widevine/live", strings.NewReader(envelope(t, tenPeriods)))
	r.SetPathValue("channel", "live")
	w := httptest.NewRecorder()
	start := time.Now()
	h.ServeHTTP(w, r)
	return read(t, w.Body.Bytes()), time.Since(start)
}

func TestACallIsHeldUntilTheStoreIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *stack
		start := time.Now()
		s, h := newStack(t, func(c *widevine.Config) {
			c.Patience = time.Minute
			c.Entries = func(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
				if time.Since(start) < 20*time.Second {
					return nil, ledger.ErrUnavailable
				}
				return s.entries(ctx, ask)
			}
		})
		got, took := hold(t.Context(), t, h)
		if got.Status != "OK" || len(got.Tracks) != 50 || took != 20*time.Second {
			t.Errorf("%s, %d tracks, after %v", got.Status, len(got.Tracks), took)
		}
		if n := strings.Count(s.log.String(), "widevine call held"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

func TestPatienceEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		patience, packager time.Duration
		cause              error
		want               time.Duration
		status             string
	}{
		"with its time":                      {5 * time.Second, time.Hour, ledger.ErrUnavailable, 5 * time.Second, "INTERNAL_ERROR"},
		"with the packager's":                {time.Hour, 7 * time.Second, ledger.ErrUnavailable, 7 * time.Second, "INTERNAL_ERROR"},
		"before it begins, if there is none": {0, time.Hour, ledger.ErrUnavailable, 0, "INTERNAL_ERROR"},
		"where asking again is no use":       {time.Hour, time.Hour, widevine.ErrPeriod, 0, "NO_REQUESTED_CRYPTO_PERIODS"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := newStack(t, func(c *widevine.Config) {
					c.Patience = tc.patience
					c.Entries = func(context.Context, widevine.Ask) ([]*keyplan.Entry, error) { return nil, tc.cause }
				})
				ctx, cancel := context.WithTimeout(t.Context(), tc.packager)
				defer cancel()
				got, took := hold(ctx, t, h)
				if got.Status != tc.status || len(got.Tracks) > 0 || took != tc.want {
					t.Errorf("%s after %v, want %s after %v", got.Status, took, tc.status, tc.want)
				}
				if held := strings.Contains(s.log.String(), "call held"); held != (tc.want > 0) {
					t.Errorf("logged as held: %v", held)
				}
			})
		})
	}
}

// A server's limit on writing would cut off a call that was held.
func TestAHeldCallMayOutlastTheServersWriteTimeout(t *testing.T) {
	var s *stack
	failed := false
	s, h := newStack(t, func(c *widevine.Config) {
		c.Patience = time.Minute
		c.Entries = func(ctx context.Context, ask widevine.Ask) ([]*keyplan.Entry, error) {
			if !failed {
				failed = true
				return nil, ledger.ErrUnavailable
			}
			return s.entries(ctx, ask)
		}
	})
	mux := http.NewServeMux()
	mux.Handle("POST /widevine/{channel}", h)
	server := httptest.NewUnstartedServer(mux)
	server.Config.WriteTimeout = 200 * time.Millisecond
	server.Start()
	defer server.Close()
	resp, err := http.Post(server.URL+"/widevine/live", "application/json", strings.NewReader(envelope(t, tenPeriods)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, body); got.Status != "OK" {
		t.Errorf("status %s", got.Status)
	}
}
