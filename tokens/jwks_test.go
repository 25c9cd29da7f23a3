package tokens_test

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/tokens"
)

// renewed is a section whose DASH-IF tokens are signed by a key until ten, and then by another;
// the first one's are good until noon.
func renewed() tokens.Section {
	section := allFormats()
	section.Signing["hmac"] = tokens.SigningConfig{Algorithm: tokens.ES256, Keys: []tokens.SigningKeyConfig{
		{ID: "old", Key: pkcs8(ecKey()), Until: morning.Add(3 * time.Hour)},
		{ID: "new", Key: pkcs8(must(newEC())), From: morning.Add(time.Hour)},
	}}
	return section
}

func TestASigningKeyIsReplacedWithoutATokenBeingRefused(t *testing.T) {
	s := newStudio(t, every(time.Hour))
	issuer := s.issuer(t, renewed())
	var held []string // the tokens that viewers hold
	for _, tc := range []struct {
		name      string
		after     time.Duration
		signs     string
		published []string
	}{
		{"with the key to come known ahead", 0, "old", []string{"old", "new"}},
		{"up to the last second", time.Hour - time.Second, "old", []string{"old", "new"}},
		{"when the new key begins", time.Hour, "new", []string{"old", "new"}},
		{"up to the end of the old key", 3*time.Hour - time.Second, "new", []string{"old", "new"}},
		{"when the old key has ended", 3 * time.Hour, "new", []string{"new"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.at(t, morning.Add(tc.after))
			a, err := issuer.Issue(t.Context(), s.channel, tokens.Request{Format: "dashif"})
			if err != nil {
				t.Fatal(err)
			}
			if want := `{"alg":"ES256","kid":"` + tc.signs + `"}`; header(t, a.Token) != want {
				t.Errorf("header %s, want %s", header(t, a.Token), want)
			}
			var published, accepted []string
			for _, k := range issuer.JWKS().Keys {
				if k.Algorithm == tokens.ES256 {
					published = append(published, k.ID)
				}
			}
			set := issuer.KeySets()["dashif"]
			for _, k := range set.Accepted(s.now) {
				accepted = append(accepted, k.ID)
			}
			if diff := cmp.Diff([][]string{tc.published, tc.published}, [][]string{published, accepted}); diff != "" {
				t.Errorf("published and accepted: %s", diff)
			}
			if tc.after < 3*time.Hour {
				held = append(held, a.Token)
			}
			for _, token := range held {
				if got := verified(t, set, s.now, token); got != (tc.after < 3*time.Hour || strings.Contains(header(t, token), "new")) {
					t.Errorf("token by %s is verified: %v", header(t, token), got)
				}
			}
		})
	}
}

// verified reports whether some key of a set that is accepted at now takes the token.
func verified(t *testing.T, set *tokens.KeySet, now time.Time, token string) bool {
	t.Helper()
	i := strings.LastIndexByte(token, '.')
	signature := must(base64.RawURLEncoding.DecodeString(token[i+1:]))
	for _, k := range set.Accepted(now) {
		if k.Verify(token[:i], signature) == nil {
			return true
		}
	}
	return false
}

func TestTheFirstKeySignsBeforeItBegins(t *testing.T) {
	s, section := newStudio(t, halfMinutes()), allFormats()
	section.Signing["hmac"] = keysAt(keyAt("b", morning.Add(2*time.Hour), time.Time{}), keyAt("a", morning.Add(time.Hour), time.Time{}))
	token := s.issueWith(t, section, tokens.Request{Format: "dashif"}).Token
	if want := `{"alg":"HS256","kid":"a"}`; header(t, token) != want {
		t.Errorf("header %s, want %s", header(t, token), want)
	}
}

func TestTheJWKSetHasEachPublicKeyAndNoSecret(t *testing.T) {
	section := allFormats()
	section.Signing["rsa"], section.Signing["ec"] = oneKey(tokens.RS256, pkcs8(rsaKey())), oneKey(tokens.ES256, pkcs8(ecKey()))
	section.Signing["ec"].Keys[0].ID, section.Signing["rsa"].Keys[0].ID = "three", "four"
	written, err := json.Marshal(newStudio(t, halfMinutes()).issuer(t, section).JWKS())
	if err != nil {
		t.Fatal(err)
	}
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	point := must(ecKey().PublicKey.Bytes())
	want := `{"keys":[` +
		`{"kty":"EC","use":"sig","alg":"ES256","kid":"three","crv":"P-256","x":"` + encode(string(point[1:33])) + `","y":"` + encode(string(point[33:])) + `"},` +
		`{"kty":"OKP","use":"sig","alg":"EdDSA","kid":"two","crv":"Ed25519","x":"` + encode(string(ed25519Key[32:])) + `"},` +
		`{"kty":"RSA","use":"sig","alg":"RS256","kid":"four","n":"` + number(rsaKey().N) + `","e":"AQAB"}]}`
	if diff := cmp.Diff(want, string(written)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAsymmetricKeysTheJWKSetIsEmpty(t *testing.T) {
	written, err := json.Marshal(newStudio(t, halfMinutes()).issuer(t, tokens.Section{}).JWKS())
	if err != nil || string(written) != `{"keys":[]}` {
		t.Errorf("%s, %v", written, err)
	}
}

// Signing keys are of type SigningKey, which whoever has a set may print.
func TestASigningKeyDoesNotPrint(t *testing.T) {
	i := newStudio(t, halfMinutes()).issuer(t, allFormats())
	for format, set := range i.KeySets() {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			printed := sprint(verb, set, set.Accepted(morning))
			for _, secret := range []string{"0123456789abcdef", "3031323334353637", "[48 49 50 51", "0x30, 0x31"} {
				if strings.Contains(printed, secret) {
					t.Errorf("%s of %s prints the key", verb, format)
				}
			}
		}
	}
}
