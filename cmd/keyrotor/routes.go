package main

import (
	"io"
	"log/slog"
	"net/http"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

// routes are all paths of the server, and who may call them.
func routes(guard *access.Guard, a *api.API, speke, metrics http.Handler, log *slog.Logger) []route {
	gate := access.Gate{Guard: guard, Deny: denyProblem, Log: log}
	packagers := access.Gate{Guard: guard, Deny: denyText, Log: log}.Require(access.Packager)
	issuers := gate.Require(access.Issuer)
	viewers := gate.Require(access.Viewer)
	return []route{
		{http.MethodPost, "/speke/v2.0/copyProtection", packagers(speke)},
		{http.MethodPost, "/speke", packagers(speke)},
		{http.MethodGet, "/v1/channels", viewers(a.ListChannels())},
		{http.MethodGet, "/v1/channels/{channel}", viewers(a.ShowChannel())},
		{http.MethodGet, "/v1/channels/{channel}/periods", viewers(a.ListPeriods())},
		{http.MethodGet, "/v1/channels/{channel}/announcement", gate.Admit(a.Announcement())},
		{http.MethodGet, "/v1/channels/{channel}/events", gate.Admit(a.Events())},
		{http.MethodPost, "/v1/channels/{channel}/token", issuers(a.IssueToken())},
		{http.MethodGet, "/v1/kids/{kid}", viewers(a.ShowKID())},
		{http.MethodGet, "/livez", http.HandlerFunc(api.Live)},
		{http.MethodGet, "/readyz", http.HandlerFunc(a.ShowReady)},
		{http.MethodGet, "/metrics", viewers(metrics)},
		{http.MethodGet, "/openapi.yaml", http.HandlerFunc(api.OpenAPI)},
	}
}

// denyProblem refuses a caller of the API.
func denyProblem(w http.ResponseWriter, _ *http.Request, status int) {
	api.NewProblem(status, "").Write(w)
}

// denyText refuses a packager: SPEKE has text bodies.
func denyText(w http.ResponseWriter, _ *http.Request, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status))
}
