package tokens_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// openssl takes the signature over the very bytes of the payload, and over no others.
func TestAnIndependentVerifierTakesADetachedSignatureOfEachAlgorithm(t *testing.T) {
	for _, tc := range []struct {
		algorithm tokens.Algorithm
		key       keyplan.Secret
		public    any
	}{
		{tokens.RS256, pkcs8(rsaKey()), rsaKey().Public()},
		{tokens.ES256, pkcs8(ecKey()), ecKey().Public()},
		{tokens.EdDSA, pkcs8(ed25519Key), ed25519Key.Public()},
	} {
		t.Run(string(tc.algorithm), func(t *testing.T) {
			section := tokens.Section{Signing: map[string]tokens.SigningConfig{"feed": oneKey(tc.algorithm, tc.key)}}
			set, ok := newStudio(t, halfMinutes()).issuer(t, section).KeySet("feed")
			if !ok || !section.Signs("feed") {
				t.Fatal("no such set")
			}
			const payload = "{\"a\":\"\u00e9.\"}\n"
			jws, err := set.Detached([]byte(payload), morning)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(jws, ".")
			if len(parts) != 3 || parts[1] != "" {
				t.Fatalf("%q has %d parts", jws, len(parts))
			}
			want := `{"alg":"` + string(tc.algorithm) + `","kid":"one","b64":false,"crit":["b64"]}`
			if got := header(t, jws); got != want {
				t.Errorf("header %s, want %s", got, want)
			}
			v := verifier{t, tc.algorithm, tc.public}
			signature := must(base64.RawURLEncoding.DecodeString(parts[2]))
			if !v.takes(parts[0]+"."+payload, signature) {
				t.Error("the signature is refused")
			}
			if v.takes(parts[0]+"."+payload+"\n", signature) {
				t.Error("another payload has the same signature")
			}
		})
	}
}

func TestADetachedSignatureIsOfTheKeyThatSignsThen(t *testing.T) {
	issuer := newStudio(t, every(time.Hour)).issuer(t, renewed())
	set, _ := issuer.KeySet("hmac")
	for after, want := range map[time.Duration]string{0: `"kid":"old"`, time.Hour: `"kid":"new"`} {
		if jws := must(set.Detached(nil, morning.Add(after))); !strings.Contains(header(t, jws), want) {
			t.Errorf("after %v: header %s, want %s", after, header(t, jws), want)
		}
	}
}

func TestOnlySetsWithPublicKeysSignWhatEverybodyReads(t *testing.T) {
	section := tokens.Section{Signing: map[string]tokens.SigningConfig{
		"shared": oneKey(tokens.HS256, hmacKey), "feed": oneKey(tokens.ES256, pkcs8(ecKey())),
	}}
	for name, want := range map[string]bool{"shared": false, "feed": true, "other": false} {
		if section.Signs(name) != want {
			t.Errorf("%s signs: %v", name, !want)
		}
	}
}
