package api

import (
	_ "embed" // openapi.yaml
	"io"
	"net/http"
	"strings"
)

// openAPI describes this interface; a test holds it against the running server.
//
//go:embed openapi.yaml
var openAPI []byte

// OpenAPI answers GET /openapi.yaml.
func OpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(openAPI)
}

// Live answers GET /livez: the process runs.
func Live(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok\n") }

// ShowReady answers GET /readyz: 200 if the server should get requests, with what is wrong
// all the same, else 503 and why.
func (a *API) ShowReady(w http.ResponseWriter, _ *http.Request) {
	degraded, err := a.Health()
	switch {
	case err != nil:
		reasons := strings.ReplaceAll(err.Error(), "\n", "\nnot ready: ")
		text(w, http.StatusServiceUnavailable, "not ready: "+reasons+"\n")
	case len(degraded) > 0:
		lines := strings.Join(degraded, "\nready, degraded: ")
		text(w, http.StatusOK, "ready, degraded: "+lines+"\n")
	default:
		text(w, http.StatusOK, "ready\n")
	}
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
