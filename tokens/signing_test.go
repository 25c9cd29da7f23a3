package tokens_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestASigningKeyIsTakenInEachOfItsForms(t *testing.T) {
	sec1 := inPEM("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey())))
	parameters := inPEM("EC PARAMETERS", []byte("\x06\x08*\x86H\xce=\x03\x01\x07"))
	for name, tc := range map[string]struct {
		algorithm tokens.Algorithm
		key       keyplan.Secret
	}{
		"32 bytes":                 {tokens.HS256, hmacKey},
		"100 bytes":                {tokens.HS256, base64Text(100)},
		"RSA as PKCS #8":           {tokens.RS256, pkcs8(rsaKey())},
		"RSA as PKCS #1":           {tokens.RS256, inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey()))},
		"EC as PKCS #8":            {tokens.ES256, pkcs8(ecKey())},
		"EC as SEC 1":              {tokens.ES256, sec1},
		"EC behind its parameters": {tokens.ES256, text(string(parameters.Reveal()) + string(sec1.Reveal()))},
		"Ed25519":                  {tokens.EdDSA, pkcs8(ed25519Key)},
	} {
		section := tokens.Section{Signing: map[string]tokens.SigningConfig{"a": oneKey(tc.algorithm, tc.key)}}
		if ps := section.Validate(); len(ps) > 0 {
			t.Errorf("%s: %v", name, ps)
		}
	}
}

// weakRSA is a key of 1024 bits, made once: openssl genrsa makes them still.
func weakRSA() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 1024)) }

func TestAKeyThatIsMissingWeakOrOfAnotherKindIsRefusedWithoutRepeatingIt(t *testing.T) {
	p384 := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	x25519 := must(ecdh.X25519().GenerateKey(rand.Reader))
	der := must(x509.MarshalPKCS8PrivateKey(rsaKey()))
	for name, tc := range map[string]struct {
		algorithm tokens.Algorithm
		key       keyplan.Secret
		want      string
	}{
		"no HMAC key":           {tokens.HS256, nil, "at least 32 bytes in base64"},
		"31 bytes":              {tokens.HS256, base64Text(31), "at least 32 bytes in base64"},
		"not base64":            {tokens.HS256, text(strings.Repeat("*", 64)), "at least 32 bytes in base64"},
		"PEM for HMAC":          {tokens.HS256, pkcs8(rsaKey()), "at least 32 bytes in base64"},
		"no RSA key":            {tokens.RS256, nil, "a private key in PEM"},
		"base64 for RSA":        {tokens.RS256, hmacKey, "a private key in PEM"},
		"1024 bits":             {tokens.RS256, pkcs8(weakRSA()), "an RSA key of at least 2048 bits"},
		"EC for RSA":            {tokens.RS256, pkcs8(ecKey()), "a key for RS256, which is an RSA key"},
		"another curve":         {tokens.ES256, pkcs8(p384), "an EC key on P-256 (prime256v1)"},
		"RSA for EC":            {tokens.ES256, pkcs8(rsaKey()), "a key for ES256, which is an EC key on P-256"},
		"EC for Ed25519":        {tokens.EdDSA, pkcs8(ecKey()), "a key for EdDSA, which is an Ed25519 key"},
		"a key of key exchange": {tokens.EdDSA, pkcs8(x25519), "a key for EdDSA, which is an Ed25519 key"},
		"a public key":          {tokens.ES256, inPEM("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(ecKey().Public()))), "the private key, not what is public of it"},
		"an RSA public key":     {tokens.RS256, inPEM("RSA PUBLIC KEY", der), "the private key, not what is public of it"},
		"a certificate":         {tokens.RS256, inPEM("CERTIFICATE", der), "the private key, not what is public of it"},
		"an encrypted key":      {tokens.RS256, inPEM("ENCRYPTED PRIVATE KEY", der), "a private key that is not encrypted"},
		"a damaged key":         {tokens.RS256, inPEM("PRIVATE KEY", der[:100]), "that is not damaged"},
		"two keys":              {tokens.RS256, text(strings.Repeat(string(pkcs8(rsaKey()).Reveal()), 2)), "nothing behind the private key"},
	} {
		ps := tokens.Section{Signing: map[string]tokens.SigningConfig{"a": oneKey(tc.algorithm, tc.key)}}.Validate()
		if len(ps) != 1 || ps[0].Key != "signing.a.keys[0].key" || !strings.Contains(ps[0].Want, tc.want) {
			t.Errorf("%s: %v, want %q", name, ps, tc.want)
		}
		if shown := string(tc.key.Reveal()); len(shown) > 40 && strings.Contains(ps.Error(), shown[30:40]) {
			t.Errorf("%s: the key is repeated: %v", name, ps)
		}
	}
}

func TestSetsOfSigningKeysSayWhatIsWrongWithThem(t *testing.T) {
	at := func(d time.Duration) time.Time { return morning.Add(d) }
	const h = time.Hour
	for _, tc := range []struct {
		name string
		set  tokens.SigningConfig
		want []string
	}{
		{"a rotation", keysAt(keyAt("a", time.Time{}, at(2*h)), keyAt("b", at(h), time.Time{})), nil},
		{"a rotation in another order", keysAt(keyAt("b", at(h), time.Time{}), keyAt("a", time.Time{}, at(2*h))), nil},
		{"no algorithm", tokens.SigningConfig{Keys: []tokens.SigningKeyConfig{keyAt("a", at(0), at(0))}},
			[]string{"signing.apps.algorithm: want HS256, RS256, ES256 or EdDSA"}},
		{"no keys", keysAt(), []string{"signing.apps.keys: want at least one key"}},
		{"one key without an ID", keysAt(keyAt("", time.Time{}, time.Time{})), nil},
		{"two keys, one without an ID", keysAt(keyAt("", time.Time{}, time.Time{}), keyAt("b", at(h), time.Time{})),
			[]string{"signing.apps.keys[0].id: want 1 to 64 bytes that tell verifiers which key it is"}},
		{"an asymmetric key without an ID", tokens.SigningConfig{Algorithm: tokens.EdDSA, Keys: []tokens.SigningKeyConfig{{Key: pkcs8(ed25519Key)}}},
			[]string{"signing.apps.keys[0].id: want 1 to 64 bytes that tell verifiers which key it is"}},
		{"an ID twice", keysAt(keyAt("a", time.Time{}, time.Time{}), keyAt("a", at(h), time.Time{})),
			[]string{"signing.apps.keys[1].id: want an ID that no other signing key has"}},
		{"a last key that ends", keysAt(keyAt("a", time.Time{}, at(h))),
			[]string{"signing.apps.keys[0].until: want none: no key signs after this one"}},
		{"two keys that begin at once", keysAt(keyAt("a", at(h), time.Time{}), keyAt("b", at(h), time.Time{})),
			[]string{"signing.apps.keys[1].from: want a time at which no other key begins"}},
		{"an end before the last token of a key expires", keysAt(keyAt("a", time.Time{}, at(h+5*time.Minute)), keyAt("b", at(h), time.Time{})),
			[]string{"signing.apps.keys[0].until: want 2026-03-01T10:10:00Z or later: the next key's from and the lifetime of a token"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, p := range (tokens.Section{Signing: map[string]tokens.SigningConfig{"apps": tc.set}}).Validate() {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnIDStandsForOneKeyInAllSets(t *testing.T) {
	sets := map[string]tokens.SigningConfig{"a": oneKey(tokens.HS256, hmacKey), "b": oneKey(tokens.EdDSA, pkcs8(ed25519Key))}
	ps := tokens.Section{Signing: sets}.Validate()
	if len(ps) != 1 || ps[0].Key != "signing.b.keys[0].id" {
		t.Errorf("problems %v", ps)
	}
}

func TestAnAlgorithmIsOneOfFour(t *testing.T) {
	var a tokens.Algorithm
	for _, name := range []string{"none", "HS512", "hs256", ""} {
		if err := a.UnmarshalText([]byte(name)); err == nil || err.Error() != "want HS256, RS256, ES256 or EdDSA" {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := a.UnmarshalText([]byte("EdDSA")); err != nil || a != tokens.EdDSA {
		t.Errorf("%q, %v", a, err)
	}
}

// keysAt is a set of keys for HS256.
func keysAt(keys ...tokens.SigningKeyConfig) tokens.SigningConfig {
	return tokens.SigningConfig{Algorithm: tokens.HS256, Keys: keys}
}

// keyAt is a key that its ID determines.
func keyAt(id string, from, until time.Time) tokens.SigningKeyConfig {
	key := base64.StdEncoding.EncodeToString([]byte((id + strings.Repeat("-", 32))[:32]))
	return tokens.SigningKeyConfig{ID: id, Key: text(key), From: from, Until: until}
}
