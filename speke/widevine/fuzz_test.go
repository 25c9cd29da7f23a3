package widevine_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/widevine"
)

// direct answers a body without a network.
func direct(t testing.TB, h *widevine.Handler, body string) answer {
	t.Helper()
	r := httptest.NewRequest("POST", "/widevine/live", strings.NewReader(body))
	r.SetPathValue("channel", "live")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return read(t, w.Body.Bytes())
}

// FuzzSignedMessage: whatever a signer says, it gets all that it asked for or nothing.
func FuzzSignedMessage(f *testing.F) {
	for _, seed := range []string{
		firstCall, tenPeriods, vectorRequest, `{}`, `{"tracks":[{"type":"SD"}],"protection_scheme":0}`,
		`{"tracks":[{"type":"SD"}],"first_crypto_period_index":4294967295,"crypto_period_count":2}`,
	} {
		f.Add(seed)
	}
	s, h := newStack(f, nil)
	f.Fuzz(func(t *testing.T, message string) {
		s.asks = nil
		s.log.Reset()
		got := direct(t, h, envelope(t, message))
		if got.Status != "OK" {
			if len(got.Tracks) > 0 {
				t.Fatalf("%s with %d tracks", got.Status, len(got.Tracks))
			}
			return
		}
		want := max(1, len(s.asks[0].Indexes))
		if len(got.Tracks) == 0 || len(got.Tracks)%want != 0 {
			t.Fatalf("%d tracks for %d periods", len(got.Tracks), want)
		}
	})
}

// FuzzBody: who has no signature for this channel gets nothing.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{captured, `{}`, `{"request":"e30=","signature":"","signer":"widevine_test"}`, "\xff", "[[", ""} {
		f.Add(seed)
	}
	_, h := newStack(f, nil)
	f.Fuzz(func(t *testing.T, body string) {
		got := direct(t, h, body)
		if got.Status == "OK" || len(got.Tracks) > 0 {
			t.Fatalf("%s with %d tracks", got.Status, len(got.Tracks))
		}
	})
}
