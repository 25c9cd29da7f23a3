package main_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestLogsSayWhichRequestTheyAreAbout(t *testing.T) {
	s := serve(t, "log: {level: debug}\n"+fixture)
	for _, tc := range []struct{ message, method, path, who, body string }{
		{"caller refused", "GET", "/v1/channels", "packager", ""},
		{"caller let in", "GET", "/v1/channels", "viewer", ""},
		{"speke request refused", "POST", spekePath, "packager", "<cpix"},
	} {
		r := s.request(tc.method, tc.path, tc.who, tc.body)
		id := strings.ReplaceAll(tc.message, " ", "-")
		r.Header.Set("X-Request-Id", id)
		s.send(r)
		s.expectLine(`msg="`+tc.message+`"`, " method="+tc.method+" path="+tc.path+" request="+id)
	}
}

func TestAFailureSaysWhichRequestFailed(t *testing.T) {
	s := assemble(t, fixture)
	if err := s.LoseStore(); err != nil {
		t.Fatal(err)
	}
	r := s.request("POST", "/v1/channels/open/token", "issuer", "{}")
	r.Header.Set("X-Request-Id", "mine")
	s.Handler().ServeHTTP(httptest.NewRecorder(), r)
	s.expectLine(`msg="request failed"`, " method=POST path=/v1/channels/open/token request=mine")
}

func TestALogRepeatsLittleOfWhatAClientChooses(t *testing.T) {
	s := serve(t, fixture)
	long := strings.Repeat("x", 1000)
	r := s.request(http.MethodGet, "/v1/kids/"+long, "", "")
	r.Header.Set("X-Request-Id", long)
	s.send(r)
	s.expectLine(`msg="caller refused"`, " request="+long[:256]+"\n")
	if strings.Contains(s.logs.String(), long[:257]) {
		t.Error("it repeats more than 256 bytes")
	}
}

// expectLine waits for a line of the log with both parts.
func (s *server) expectLine(message, about string) {
	s.t.Helper()
	s.await(func() bool {
		for line := range strings.Lines(s.logs.String()) {
			if strings.Contains(line, message) && strings.Contains(line, about) {
				return true
			}
		}
		return false
	})
}
