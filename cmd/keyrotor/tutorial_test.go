package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tutorial calls as the tutorial's player does.
func (s *server) tutorial(body string) answer { return s.send(s.request("POST", "/token", "", body)) }

func TestTheTutorialsPlayerGetsATokenThatOpensTheChannel(t *testing.T) {
	s := serve(t, strings.Replace(playing, "- id: news\n", "- id: news\n    token_format: own\n", 1))
	kid := s.kidsOf("news", "cbc1")[0]
	for _, body := range []string{
		"", "{}", `{"validFrom":null}`,
		`{"validFrom":"2026-01-01T00:00:00.000Z","validTo":"` + time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000Z") + `"}`,
	} {
		body = strings.Replace(body, "2026-01-01T00:00:00", time.Now().Add(-time.Hour).UTC().Format("2006-01-02T15:04:05"), 1)
		a := s.tutorial(body)
		var got map[string]string
		s.decode(a, &got)
		if len(got) != 1 || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %v", body, got, a.header)
		}
		if !strings.Contains(claimsOf(t, got["token"]), `"may"`) {
			t.Errorf("%s: it is not of the channel's format", body)
		}
		if a := s.key("news", kid, got["token"]); a.status != 200 {
			t.Errorf("%s: the token opens nothing: %d", body, a.status)
		}
	}
}

func TestATutorialTokenIsValidAsLongAsWasAsked(t *testing.T) {
	s := serve(t, strings.Replace(playing, "- id: news\n", "- id: news\n    token_format: dashif\n", 1))
	from, to := time.Now().Add(time.Hour).Truncate(time.Second).UTC(), time.Now().Add(65*time.Minute).Truncate(time.Second).UTC()
	var got struct{ Token string }
	s.decode(s.tutorial(`{"validFrom":"`+from.Format(time.RFC3339)+`","validTo":"`+to.Format(time.RFC3339)+`"}`), &got)
	var claims struct{ Exp, Nbf int64 }
	if err := json.Unmarshal([]byte(claimsOf(t, got.Token)), &claims); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{from.Unix(), to.Unix()}, []int64{claims.Nbf, claims.Exp}); diff != "" {
		t.Error(diff)
	}
}

func TestAWrongTutorialRequestIsRefused(t *testing.T) {
	s := serve(t, playing)
	for _, body := range []string{"{", "[]", `"x"`, `{"validFrom":"yesterday"}`, `{"validTo":"2026-01-01T00:00:00Z"}`, `{} {}`} {
		if a := s.tutorial(body); a.status != 400 || a.header.Get("Content-Type") != problemJSON {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

func TestTutorialTokensAreForThisMachineUnlessTheyArePublic(t *testing.T) {
	local := serve(t, playing)
	public := serve(t, strings.Replace(playing, "tutorial_token: {", "tutorial_token: {public: true, ", 1))
	for _, tc := range []struct {
		peer, forwarded string
		local, public   int
	}{
		{"127.0.0.1:1", "", 200, 200},
		{"203.0.113.1:1", "", 403, 200},
		{"127.0.0.1:1", "203.0.113.1", 403, 200},
	} {
		for s, want := range map[*server]int{local: tc.local, public: tc.public} {
			r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader("{}"))
			r.RemoteAddr = tc.peer
			if tc.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tc.forwarded)
			}
			answered := httptest.NewRecorder()
			s.Handler().ServeHTTP(answered, r)
			if answered.Code != want {
				t.Errorf("%s for %q: %d, want %d", tc.peer, tc.forwarded, answered.Code, want)
			}
		}
	}
}

// claimsOf are those of a token, as JSON.
func claimsOf(t testing.TB, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("no token")
	}
	return decodeRaw64(t, parts[1])
}
