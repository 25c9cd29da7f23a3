package tokens

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"time"
)

// A JWKSet is what is public of signing keys (RFC 7517, 5). Keys is never nil.
type JWKSet struct {
	Keys []JWK `json:"keys"`
}

// A JWK is one public key. Binary members are base64url without padding.
type JWK struct {
	Type      string    `json:"kty"`
	Use       string    `json:"use"`
	Algorithm Algorithm `json:"alg"`
	ID        string    `json:"kid"`
	// Curve, X and Y are those of EC and OKP keys (RFC 7518, 6.2; RFC 8037, 2).
	Curve string `json:"crv,omitempty"`
	X     string `json:"x,omitempty"`
	Y     string `json:"y,omitempty"`
	// Modulus and Exponent are those of RSA keys (RFC 7518, 6.3).
	Modulus  string `json:"n,omitempty"`
	Exponent string `json:"e,omitempty"`
}

// JWKS has every key that is Accepted now, of each set by name, those to come among them so
// that verifiers know them in time; but no HMAC key, which is secret.
func (i *Issuer) JWKS() JWKSet {
	published := JWKSet{Keys: []JWK{}}
	for _, name := range slices.Sorted(maps.Keys(i.sets)) {
		published.Keys = append(published.Keys, i.sets[name].published(i.config.Now())...)
	}
	return published
}

func (s *KeySet) published(now time.Time) []JWK {
	var jwks []JWK
	for _, k := range s.Accepted(now) {
		if k.public != nil {
			jwks = append(jwks, k.jwk(s.Algorithm))
		}
	}
	return jwks
}

func (k SigningKey) jwk(a Algorithm) JWK {
	j := JWK{Use: "sig", Algorithm: a, ID: k.ID}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		j.Type, j.Modulus = "RSA", base64URL(public.N.Bytes())
		j.Exponent = base64URL(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		point, _ := public.Bytes() // on P-256 it cannot fail: 4, x, y
		j.Type, j.Curve, j.X, j.Y = "EC", "P-256", base64URL(point[1:33]), base64URL(point[33:])
	case ed25519.PublicKey:
		j.Type, j.Curve, j.X = "OKP", "Ed25519", base64URL(public)
	}
	return j
}

func base64URL(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
