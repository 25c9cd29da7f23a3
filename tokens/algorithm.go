package tokens

import (
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// An Algorithm is a way to sign a token, by its name in JOSE (RFC 7518, 3.1; RFC 8037, 3.1).
type Algorithm string

// The algorithms.
const (
	HS256 Algorithm = "HS256" // HMAC with SHA-256: who verifies can sign as well
	RS256 Algorithm = "RS256" // RSA PKCS #1 v1.5 with SHA-256
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
	EdDSA Algorithm = "EdDSA" // Ed25519
)

var algorithms = []Algorithm{HS256, RS256, ES256, EdDSA}

// UnmarshalText takes the four names only.
func (a *Algorithm) UnmarshalText(text []byte) error {
	if !slices.Contains(algorithms, Algorithm(text)) {
		return fmt.Errorf("want %s", oneOf(algorithms))
	}
	*a = Algorithm(text)
	return nil
}

func (a Algorithm) method() jwt.SigningMethod { return jwt.GetSigningMethod(string(a)) }

// oneOf words a choice: "HS256", "HS256 or ES256", "HS256, RS256 or ES256".
func oneOf[T ~string](names []T) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
