package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

const problemJSON = "application/problem+json"

func TestRequestIDsAreEchoedOrMade(t *testing.T) {
	s := serve(t, fixture)
	r := s.request("GET", "/livez", "", "")
	r.Header.Set("X-Request-Id", "mine-1")
	if got := s.send(r).header.Get("X-Request-Id"); got != "mine-1" {
		t.Errorf("X-Request-Id %q, want the one that was sent", got)
	}
	if first, second := s.get("/livez", ""), s.get("/nowhere", ""); first.header.Get("X-Request-Id") == "" ||
		first.header.Get("X-Request-Id") == second.header.Get("X-Request-Id") {
		t.Errorf("X-Request-Id %v and %v, want two", first.header, second.header)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "server: {", "server: {max_body: 4096, ", 1))
	large := strings.Repeat(" ", 4097)
	for _, tc := range []struct {
		name, path, who, typ string
	}{
		{"a token request", "/v1/channels/open/token", "issuer", problemJSON},
		{"a SPEKE request", spekePath, "packager", "text/plain; charset=utf-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := s.send(s.request("POST", tc.path, tc.who, large))
			if a.status != 413 || a.header.Get("Content-Type") != tc.typ {
				t.Errorf("%d %q: %s", a.status, a.header.Get("Content-Type"), a.body)
			}
			if a := s.send(s.request("POST", tc.path, tc.who, large[1:])); a.status == 413 {
				t.Error("a body of exactly max_body is refused")
			}
		})
	}
}

func TestAPanicIsA500AndALogLineAndTheServerGoesOn(t *testing.T) {
	logs := &logBuffer{}
	fine := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") })
	router := keyrotor.NewRouter([]keyrotor.Route{
		keyrotor.NewRoute("GET", "/panic", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("on purpose") })),
		keyrotor.NewRoute("GET", "/fine", fine),
	}, keyrotor.Defaults().Server, keyrotor.NewLogger(keyrotor.Defaults().Log, logs))
	answered := httptest.NewRecorder()
	router.ServeHTTP(answered, httptest.NewRequest("GET", "/panic", nil))
	if answered.Code != 500 || answered.Header().Get("Content-Type") != problemJSON || strings.Contains(answered.Body.String(), "purpose") {
		t.Errorf("%d %v %s", answered.Code, answered.Header(), answered.Body)
	}
	text := logs.String()
	if !strings.Contains(text, "level=ERROR msg=panic") || !strings.Contains(text, "on purpose") || !strings.Contains(text, " method=GET path=/panic request=") {
		t.Errorf("the log: %s", text)
	}
	answered = httptest.NewRecorder()
	router.ServeHTTP(answered, httptest.NewRequest("GET", "/fine", nil))
	if answered.Body.String() != "fine" {
		t.Errorf("afterwards: %d %s", answered.Code, answered.Body)
	}
}

func TestUnknownPathsAndMethodsAreProblems(t *testing.T) {
	s := serve(t, fixture)
	for _, tc := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/", 404, ""},
		{"GET", "/v1/channels/open/", 404, ""},
		{"GET", "/v2/channels", 404, ""},
		{"POST", "/v1/channels", 405, "OPTIONS, GET, HEAD"},
		{"DELETE", "/v1/channels/open", 405, "OPTIONS, GET, HEAD"},
		{"GET", spekePath, 405, "OPTIONS, POST"},
		{"HEAD", "/livez", 200, ""},
		{"HEAD", "/v1/channels", 200, ""},
	} {
		a := s.send(s.request(tc.method, tc.path, "viewer", ""))
		if a.status != tc.status || a.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: %d, Allow %q", tc.method, tc.path, a.status, a.header.Get("Allow"))
		}
		if tc.status >= 400 && a.header.Get("Content-Type") != problemJSON {
			t.Errorf("%s %s: Content-Type %q", tc.method, tc.path, a.header.Get("Content-Type"))
		}
		if tc.method == "HEAD" && a.body != "" {
			t.Errorf("%s %s: a body of %q", tc.method, tc.path, a.body)
		}
	}
}

func TestChannelIDsAreEscapedOnceInPaths(t *testing.T) {
	s := serve(t, fixture)
	for _, tc := range []struct {
		path   string
		status int
	}{
		{"/v1/channels/a%252Fb%3Fc%23%C3%A9", 200}, // a%2Fb?c#é
		{"/v1/channels/a%252Fb%3Fc%23%C3%A9/periods", 200},
		{"/v1/channels/a%2Fb%3Fc%23%C3%A9", 404},     // a/b?c#é
		{"/v1/channels/a%25252Fb%3Fc%23%C3%A9", 404}, // a%252Fb?c#é
		{"/v1/channels/%6Fpen", 200},
		{"/v1/channels/open%00", 404},
		{"/v1/channels/open%25", 404}, // open%
		{"/v1/channels/..%2Fchannels%2Fopen", 404},
		{"/v1/channels/%2e%2e/channels/open", 404},
		{"/v1/kids/%25", 400},
	} {
		if a := s.get(tc.path, "viewer"); a.status != tc.status {
			t.Errorf("%s: %d %s", tc.path, a.status, a.body)
		}
	}
}
