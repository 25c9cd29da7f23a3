package main

import (
	"io"
	"net/http"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

// routes are all paths of the server, and who may call them. Gate lacks only Deny.
func routes(gate access.Gate, a *api.API, speke, heartbeat, widevine, metrics http.Handler, players []playerFace) []route {
	gate.Deny = denyText
	packagers := gate.Require(access.Packager)
	gate.Deny = denyProblem
	issuers := gate.Require(access.Issuer)
	gate.Deny = denyDASHIF
	authorizers := gate.Require(access.Issuer)
	gate.Deny = denyProblem
	viewers := gate.Require(access.Viewer)
	operators := gate.Require(access.Operator)
	keyReaders := gate.Require(access.Packager, access.Operator)
	all := []route{
		{http.MethodPost, "/speke/v1.0/copyProtection", packagers(speke)},
		{http.MethodGet, "/speke/v1.0/heartbeat", packagers(heartbeat)},
		{http.MethodPost, "/speke/v2.0/copyProtection", packagers(speke)},
		{http.MethodPost, "/speke", packagers(speke)},
		{http.MethodPost, "/widevine/{channel}", widevine}, // the signature is the credential
		{http.MethodGet, "/v1/channels", viewers(a.ListChannels())},
		{http.MethodGet, "/v1/channels/{channel}", viewers(a.ShowChannel())},
		{http.MethodGet, "/v1/channels/{channel}/periods", viewers(a.ListPeriods())},
		{http.MethodGet, "/v1/channels/{channel}/announcement", gate.Admit(a.Announcement())},
		{http.MethodOptions, "/v1/channels/{channel}/announcement", a.Preflight()},
		{http.MethodGet, "/v1/channels/{channel}/events", gate.Admit(a.Events())},
		{http.MethodOptions, "/v1/channels/{channel}/events", a.Preflight()},
		{http.MethodGet, "/v1/channels/{channel}/cpix", keyReaders(a.CPIX())},
		{http.MethodPost, "/v1/channels/{channel}/rotate", operators(a.Rotating())},
		{http.MethodPost, "/v1/channels/{channel}/revoke", operators(a.Revoking())},
		{http.MethodPost, "/v1/channels/{channel}/rebind", operators(a.Rebinding())},
		{http.MethodPost, "/v1/channels/{channel}/token", issuers(a.IssueToken())},
		{http.MethodGet, "/v1/channels/{channel}/authorize", authorizers(a.Authorize())},
		{http.MethodGet, "/.well-known/jwks.json", http.HandlerFunc(a.ShowJWKS)},
		{http.MethodGet, "/v1/kids/{kid}", viewers(a.ShowKID())},
		{http.MethodGet, "/v1/webhooks", operators(a.ListWebhooks())},
		{http.MethodPost, "/v1/webhooks/{webhook}/replay", operators(a.Replaying())},
		{http.MethodGet, "/livez", http.HandlerFunc(api.Live)},
		{http.MethodGet, "/readyz", http.HandlerFunc(a.ShowReady)},
		{http.MethodGet, "/metrics", viewers(metrics)},
		{http.MethodGet, "/openapi.yaml", http.HandlerFunc(api.OpenAPI)},
		{http.MethodGet, "/announcement.schema.json", http.HandlerFunc(api.AnnouncementSchema)},
	}
	for _, face := range players {
		all = append(all, face.routes(gate)...)
	}
	return all
}

// gate is what every face of the server stands behind.
func (a *app) gate() (access.Gate, error) {
	if len(a.config.Credentials) == 0 {
		a.log.Warn("no credentials: everybody on this machine may do everything")
	}
	guard, err := access.New(a.config.Credentials)
	return access.Gate{
		Guard: guard, Throttle: a.throttle,
		Proxies: a.config.Server.proxies(), Log: a.log, Now: a.now,
	}, err
}

// denyProblem refuses a caller of the API.
func denyProblem(w http.ResponseWriter, _ *http.Request, status int) {
	api.NewProblem(status, "").Write(w)
}

// denyDASHIF refuses who asks for an authorization token: by DASH-IF's license request model,
// without sufficient proof, whether of none or of another role.
func denyDASHIF(w http.ResponseWriter, r *http.Request, status int) {
	if status == http.StatusTooManyRequests {
		denyProblem(w, r, status)
		return
	}
	api.InsufficientProof.Write(w)
}

// denyText refuses a packager: SPEKE has text bodies.
func denyText(w http.ResponseWriter, _ *http.Request, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, http.StatusText(status))
}
