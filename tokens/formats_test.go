package tokens_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// hmacKey is 32 bytes that sign nothing else.
var hmacKey = text("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")

// The keys of asymmetric algorithms, each made once. That of Ed25519 is always the same, for
// golden tokens.
var (
	rsaKey     = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey      = sync.OnceValue(func() *ecdsa.PrivateKey { return must(newEC()) })
	ed25519Key = ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func text(s string) keyplan.Secret { return keyplan.NewSecret([]byte(s)) }

// pkcs8 is a private key in PEM.
func pkcs8(key any) keyplan.Secret {
	return inPEM("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
}

func inPEM(kind string, der []byte) keyplan.Secret {
	return keyplan.NewSecret(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// oneKey is a set of one key, with the ID "one".
func oneKey(a tokens.Algorithm, key keyplan.Secret) tokens.SigningConfig {
	return tokens.SigningConfig{Algorithm: a, Keys: []tokens.SigningKeyConfig{{ID: "one", Key: key}}}
}

const partnerClaims = `{"iss": "keyrotor", "sub": "viewer:{{subject}}", "channel": {{channel}}, "plan": {{policy}},
  "iat": {{issued}}, "nbf": {{not_before}}, "exp": {{expires}}, "until": "{{license_expires_time}}",
  "rental": {{license_duration}}, "keys": [{"ids": {{kids}}, "hex": {{ kids_hex }}}]}`

// allFormats offers each format, signed by HS256, and those of partner by EdDSA.
func allFormats() tokens.Section {
	hmac := oneKey(tokens.HS256, hmacKey)
	return tokens.Section{
		Default: "axinom", Axinom: new(sampleConfig()),
		DASHIF:    &tokens.DASHIFConfig{Signing: "hmac"},
		DRMCloud:  &tokens.DRMCloudConfig{Signing: "cloud"},
		Templates: map[string]tokens.TemplateConfig{"partner": {Signing: "pair", Claims: partnerClaims}},
		Signing: map[string]tokens.SigningConfig{
			"hmac": hmac, "pair": {Algorithm: tokens.EdDSA, Keys: []tokens.SigningKeyConfig{{ID: "two", Key: pkcs8(ed25519Key)}}},
			"cloud": {Algorithm: tokens.HS256, Keys: []tokens.SigningKeyConfig{{Key: hmacKey}}},
		},
	}
}

// object reads text as one JSON object, and fails if a name is there twice in it.
func object(t testing.TB, claims []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(claims, &members); err != nil {
		t.Fatalf("%v in %s", err, claims)
	}
	again := must(json.Marshal(members))
	if strings.Count(string(again), `":`) != strings.Count(string(claims), `":`) && json.Valid(claims) {
		t.Fatalf("names are repeated or lost in %s", claims)
	}
	return members
}

// kidsIn are the KIDs that the claims of a token of some format name, in their order.
func kidsIn(t testing.TB, format, token string) []keyplan.KID {
	t.Helper()
	var c struct {
		AuthorizedKIDs []keyplan.KID `json:"authorized_kids"`
		KID            []keyplan.KID `json:"kid"`
		Keys           []struct{ IDs, Hex []keyplan.KID }
	}
	if err := json.Unmarshal(claims(t, token), &c); err != nil {
		t.Fatal(err)
	}
	switch format {
	case "dashif":
		return c.AuthorizedKIDs
	case "drmcloud":
		return c.KID
	case "partner":
		return c.Keys[0].IDs
	}
	var kids []keyplan.KID
	for _, k := range decode(t, token).Message.Source.Inline {
		kids = append(kids, k.ID)
	}
	return kids
}

// header is the JOSE header of a token.
func header(t testing.TB, token string) string {
	t.Helper()
	first, _, _ := strings.Cut(token, ".")
	return string(must(base64.RawURLEncoding.DecodeString(first)))
}

// encode is base64url without padding.
func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func newEC() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// sprint prints values under a verb that a mistaken log line may have.
func sprint(verb string, values ...any) string {
	return fmt.Sprintf(strings.Repeat(verb+" ", len(values)), values...)
}
