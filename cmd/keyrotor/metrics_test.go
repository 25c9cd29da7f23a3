package main_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// metrics are those whose lines begin with a name.
func (s *server) metrics(name string) string {
	s.t.Helper()
	answered := httptest.NewRecorder()
	s.Handler().ServeHTTP(answered, s.request("GET", "/metrics", "viewer", ""))
	if answered.Code != http.StatusOK {
		s.t.Fatal(answered.Code)
	}
	return only(answered.Body.String(), name)
}

func only(text, prefix string) string {
	var lines strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			lines.WriteString(line)
		}
	}
	return lines.String()
}

func TestHowFarAChannelIsPlannedIsShownOnceItIs(t *testing.T) {
	const name = "keyrotor_planned_until_timestamp_seconds"
	if shown := assemble(t, fixture).metrics(name); shown != "" {
		t.Errorf("before the first plan:\n%s", shown)
	}
	s := serve(t, fixture)
	shown := s.metrics(name)
	if strings.Count(shown, "\n") != 3 || !strings.Contains(shown, name+`{channel="open"} 1.`) {
		t.Errorf("of three channels:\n%s", shown)
	}
}

func TestWhatNoRouteAnswersIsCounted(t *testing.T) {
	s := serve(t, fixture)
	for _, r := range []struct{ method, path string }{
		{"GET", "/nowhere"}, {"GET", "/v1/nowhere/" + strings.Repeat("x", 99)}, {"DELETE", "/v1/channels"}, {"BREW", "/nowhere"},
	} {
		s.send(s.request(r.method, r.path, "", ""))
	}
	const route = `keyrotor_http_requests_total{method="`
	shown := s.metrics("keyrotor_http_requests_total")
	for _, want := range []string{
		route + `GET",route="",status="404"} 2`, route + `DELETE",route="",status="405"} 1`, route + `other",route="",status="404"} 1`,
	} {
		if !strings.Contains(shown, want+"\n") {
			t.Errorf("no %s in\n%s", want, shown)
		}
	}
}

func TestAPanicIsCounted(t *testing.T) {
	watch := keyrotor.NewMetrics(slog.New(slog.DiscardHandler), time.Now)
	router := keyrotor.NewWatchedRouter([]keyrotor.Route{
		keyrotor.NewRoute("GET", "/panic", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "so far")
			panic("on purpose")
		})),
	}, keyrotor.Defaults().Server, watch)
	router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/panic", nil))
	answered := httptest.NewRecorder()
	watch.Handler().ServeHTTP(answered, httptest.NewRequest("GET", "/metrics", nil))
	if want := `keyrotor_http_requests_total{method="GET",route="",status="500"} 1`; !strings.Contains(answered.Body.String(), want) {
		t.Errorf("no %s in\n%s", want, only(answered.Body.String(), "keyrotor_http"))
	}
}
