package main

import (
	"net/http"
	"strings"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

// wireLicenses makes the endpoints that give content keys to players, where they are on.
func (a *app) wireLicenses() error {
	section := a.config.License
	if !section.On() {
		return nil
	}
	verifier, err := tokens.NewVerifier(*a.config.Tokens, section.Skew)
	if err != nil {
		return err
	}
	a.licenses, err = license.New(license.Config{
		Verify: verifier.Verify, Channels: a.roster.all, Channel: a.roster.channel,
		Plan: a.replica.Plan, Open: a.planner.Sealer.Open,
		Turns: license.NewTurns(section.Capacity), Problem: licenseProblem,
		Answered: a.watch.licenseAnswered, Now: a.now, Log: a.log,
	})
	return err
}

func licenseProblem(w http.ResponseWriter, status int, detail string, retryAfter int) {
	p := api.NewProblem(status, detail)
	p.RetryAfter = retryAfter
	p.Write(w)
}

// checkLicense checks what license endpoints need of the rest of the configuration.
func (c *Config) checkLicense(ps *keyplan.Problems) {
	sub := c.License.Validate()
	access.Origins(c.License.Origins).Check(&sub)
	ps.Under("license", sub)
	if c.License.On() && (c.Tokens == nil || len(c.Tokens.Verifiable()) == 0) {
		ps.Add("license", "a token format, of a template with kids_claim, that says which keys players may have")
	}
}

// A playerFace is what players call without a credential, from pages of some origins.
type playerFace struct {
	method, path string
	handler      http.Handler // nil if it is switched off
	origins      access.Origins
	limiter      *access.Limiter
}

// playerFaces are all of them, with shared for what they have in common with other callers. Those
// of the nil app are switched off.
func (a *app) playerFaces(gate access.Gate, shared *api.API) []playerFace {
	faces := []playerFace{
		{method: http.MethodPost, path: "/license/clearkey"},
		{method: http.MethodGet, path: "/license/aes128/{channel}/{kid}"},
		{method: http.MethodPost, path: "/token"},
	}
	if a == nil {
		return faces
	}
	for i := range faces[:2] {
		faces[i].origins, faces[i].limiter = a.config.License.Origins, a.limits.licensesPerRemote
	}
	if a.config.License.ClearKey {
		faces[0].handler = http.HandlerFunc(a.licenses.ServeClearKey)
	}
	if a.config.License.AES128 {
		faces[1].handler = http.HandlerFunc(a.licenses.ServeAES128)
	}
	if t := a.config.TutorialToken; t != nil {
		faces[2].handler, faces[2].origins, faces[2].limiter = t.handler(gate, shared), t.Origins, a.limits.tokensPerRemote
	}
	return faces
}

// routes are the face's own, and the one on which browsers ask whether a page may call it.
func (f playerFace) routes(gate access.Gate) []route {
	gate.Deny = denyProblem
	if f.handler == nil {
		off := http.HandlerFunc(switchedOff)
		return []route{{f.method, f.path, off}, {http.MethodOptions, f.path, off}}
	}
	methods, headers := f.method, strings.Join(append([]string{"Content-Type"}, license.Headers...), ", ")
	if f.method == http.MethodGet {
		methods += ", " + http.MethodHead
	}
	return []route{
		{f.method, f.path, f.origins.Share(gate.Limit(f.limiter, f.handler))},
		{http.MethodOptions, f.path, f.origins.Preflight(methods, headers)},
	}
}

func switchedOff(w http.ResponseWriter, _ *http.Request) {
	api.NewProblem(http.StatusNotFound, "not configured").Write(w)
}
