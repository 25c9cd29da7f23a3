package speke_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestADocumentThatIsTooLargeIsToldSo(t *testing.T) {
	p := start(t, setup{})
	const most = 1 << 20
	fill := func(size int) string { return valid + strings.Repeat(" ", size-len(valid)) }
	if got := p.post("2.0", fill(most)); got.status != http.StatusOK {
		t.Errorf("a document of 1 MiB: %d %q", got.status, got.body)
	}
	p.refused(fill(most+1), http.StatusRequestEntityTooLarge, "CPIX document too large")
	p.refused(strings.Repeat("<", most+1), http.StatusRequestEntityTooLarge, "CPIX document too large")
}

func TestALimitBeforeTheHandlerIsToldTheSameWay(t *testing.T) {
	p := prepare(t, setup{})
	server := httptest.NewServer(http.MaxBytesHandler(p.handler, 1000))
	t.Cleanup(server.Close)
	p.url = server.URL
	p.refused(valid, http.StatusRequestEntityTooLarge, "CPIX document too large")
}

func TestABodyThatBreaksOffIsTheCallersFault(t *testing.T) {
	p := prepare(t, setup{})
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", brokenOff{strings.NewReader(valid[:500])})
	got := httptest.NewRecorder()
	p.handler.ServeHTTP(got, req)
	if got.Code != http.StatusBadRequest {
		t.Errorf("%d %q", got.Code, got.Body)
	}
}

// brokenOff ends as a connection does that is lost.
type brokenOff struct{ *strings.Reader }

func (b brokenOff) Read(buf []byte) (int, error) {
	if n, err := b.Reader.Read(buf); err == nil {
		return n, nil
	}
	return 0, fmt.Errorf("connection reset")
}
