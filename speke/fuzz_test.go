package speke_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

// Whatever comes in, the handler answers or refuses; it is never at fault, and an answer
// that is no success holds no key.
func FuzzHandler(f *testing.F) {
	for _, file := range requests(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("2.0", string(data))
		f.Add("", string(data))
	}
	f.Add("2.0", documentOf("live", indexes(7, 8, 4294967295, 0)...))
	f.Add("2.1", valid)
	f.Add("2.1", period("live", clocked("12:10:00Z", "12:20:00Z")))
	f.Add("", v1(widevine, fairPlay, unheardOf))
	f.Add("2.0", strings.ReplaceAll(valid, "2953944", "33698517"))
	f.Fuzz(func(t *testing.T, header, document string) {
		ch := liveChannel(t, tenMinutes)
		ch.Tracks = append([]keyplan.Track{"ALL"}, ch.Tracks...)
		p := prepare(t, setup{source: source.Random{}, signaling: &everything, channels: []speke.Channel{ch}})
		w := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(document))
		req.Header.Set("X-Speke-Version", header)
		p.handler.ServeHTTP(w, req)
		switch {
		case w.Code >= http.StatusInternalServerError:
			t.Errorf("status %d: %s", w.Code, w.Body)
		case w.Code != http.StatusOK:
			p.requireNoKey("an error", w.Body.String())
		case header != "" && w.Header().Get("X-Speke-Version") != header:
			t.Errorf("answered in version %q, asked in %q", w.Header().Get("X-Speke-Version"), header)
		default:
			requireWhole(t, read(t, w.Body.String()))
		}
	})
}
