package tokens_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// A notary has a key of each algorithm, formats that are signed by them, and a verifier.
type notary struct {
	section  tokens.Section
	verifier *tokens.Verifier
	private  map[string]any // by the name of the set
	public   map[string]any // as others see it: PEM of what is public
}

const notarySkew = 5 * time.Second

func newNotary(t testing.TB) *notary {
	t.Helper()
	n := &notary{private: map[string]any{}, public: map[string]any{}}
	n.section = tokens.Section{
		Default: "axinom", Axinom: new(sampleConfig()),
		DASHIF: &tokens.DASHIFConfig{Signing: "ec"}, DRMCloud: &tokens.DRMCloudConfig{Signing: "mac"},
		Templates: map[string]tokens.TemplateConfig{
			"rsa":    {Signing: "rsa", Claims: `{"exp":{{expires}},"nbf":{{not_before}},"may":{"play":{{kids}}}}`, KIDsClaim: []string{"may", "play"}},
			"ed":     {Signing: "ed", Claims: `{"exp":{{expires}},"keys":{{kids_hex}}}`, KIDsClaim: []string{"keys"}},
			"plain":  {Signing: "mac", Claims: `{"exp":{{expires}},"sub":"{{subject}}","keys":{{kids}}}`, KIDsClaim: []string{"keys"}},
			"sealed": {Signing: "mac", Claims: `{"exp":{{expires}},"hidden":{{kids}}}`},
		},
		Signing: map[string]tokens.SigningConfig{},
	}
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	n.add(t, "ec", tokens.ES256, ec, &ec.PublicKey)
	n.add(t, "rsa", tokens.RS256, rs, &rs.PublicKey)
	n.add(t, "ed", tokens.EdDSA, ed, ed.Public())
	mac := []byte("0123456789abcdef0123456789abcdef")
	n.private["mac"] = mac
	n.section.Signing["mac"] = tokens.SigningConfig{Algorithm: tokens.HS256, Keys: []tokens.SigningKeyConfig{
		{ID: "mac-1", Key: keyplan.NewSecret([]byte(base64.StdEncoding.EncodeToString(mac)))},
	}}
	n.verifier = newVerifier(t, n.section)
	return n
}

func (n *notary) add(t testing.TB, name string, a tokens.Algorithm, private, public any) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	n.private[name] = private
	n.section.Signing[name] = tokens.SigningConfig{Algorithm: a, Keys: []tokens.SigningKeyConfig{
		{ID: name + "-1", Key: keyplan.NewSecret(text)},
	}}
	if der, err = x509.MarshalPKIXPublicKey(public); err != nil {
		t.Fatal(err)
	}
	n.public[name] = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func newVerifier(t testing.TB, s tokens.Section) *tokens.Verifier {
	t.Helper()
	v, err := tokens.NewVerifier(s, notarySkew)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sign gives a token of any header and claims, signed as method says.
func (n *notary) sign(t testing.TB, method jwt.SigningMethod, key any, header, claims string) string {
	t.Helper()
	signed := raw64(header) + "." + raw64(claims)
	signature, err := method.Sign(signed, key)
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + raw64(string(signature))
}

// mac gives a token by the HMAC key.
func (n *notary) mac(t testing.TB, header, claims string) string {
	t.Helper()
	return n.sign(t, jwt.SigningMethodHS256, n.private["mac"], header, claims)
}

// axinom gives a token by the communication key.
func (n *notary) axinom(t testing.TB, claims string) string {
	t.Helper()
	return n.sign(t, jwt.SigningMethodHS256, secret(t, sampleKey).Reveal(), `{"alg":"HS256","typ":"JWT"}`, claims)
}

func raw64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// tokenPart decodes one part of a token.
func tokenPart(t testing.TB, token string, i int) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
