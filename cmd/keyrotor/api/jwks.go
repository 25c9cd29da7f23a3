package api

import (
	"encoding/json"
	"net/http"

	"github.com/keyrotor/keyrotor/tokens"
)

// ShowJWKS answers GET /.well-known/jwks.json: the public keys that verify tokens, as a JWK
// set (RFC 7517). Verifiers may keep it for five minutes, so that is how long before a key
// signs it must be configured.
func (a *API) ShowJWKS(w http.ResponseWriter, _ *http.Request) {
	set := tokens.JWKSet{Keys: []tokens.JWK{}}
	if a.JWKS != nil {
		set = a.JWKS()
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_ = json.NewEncoder(w).Encode(set) // the client is gone if this fails
}
