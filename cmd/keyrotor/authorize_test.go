package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

// authorize asks for an authorization token of channel open.
func (s *server) authorize(who string, kids ...string) answer {
	return s.get("/v1/channels/open/authorize?kids="+strings.Join(kids, ","), who)
}

// currentKIDs are those of channel open, in ascending order.
func (s *server) currentKIDs() []string {
	var kids []string
	for _, k := range s.periods("open", "")[0].Keys {
		kids = append(kids, k.KID)
	}
	slices.Sort(kids)
	return kids
}

func TestAnAuthorizationIsATokenThatTheJWKSetVerifies(t *testing.T) {
	s := serve(t, fixture)
	kids := s.currentKIDs()
	a := s.authorize("narrow-issuer", slices.Concat([]string{unknownKID}, kids[1:3])...)
	if a.status != 200 || a.header.Get("Content-Type") != "text/plain" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", a.status, a.header, a.body)
	}
	set := s.get("/.well-known/jwks.json", "")
	if set.header.Get("Content-Type") != "application/jwk-set+json" || set.header.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("JWK set with %v", set.header)
	}
	parsed, err := jwt.Parse(a.body, func(token *jwt.Token) (any, error) { return publicKey(t, set.body, token.Header["kid"]), nil },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithExpirationRequired())
	if err != nil {
		t.Fatal(err)
	}
	authorized := parsed.Claims.(jwt.MapClaims)["authorized_kids"]
	if diff := cmp.Diff([]any{kids[1], kids[2]}, authorized); diff != "" {
		t.Error(diff)
	}
}

// publicKey finds an EC key in a JWK set.
func publicKey(t *testing.T, set string, id any) *ecdsa.PublicKey {
	t.Helper()
	var jwks struct {
		Keys []struct{ Kty, Kid, Crv, X, Y string }
	}
	if err := json.Unmarshal([]byte(set), &jwks); err != nil || len(jwks.Keys) != 1 {
		t.Fatalf("%v in %s", err, set)
	}
	k := jwks.Keys[0]
	if k.Kty != "EC" || k.Crv != "P-256" || k.Kid != id {
		t.Fatalf("key %v, want %v", k, id)
	}
	x, errX := base64.RawURLEncoding.DecodeString(k.X)
	y, errY := base64.RawURLEncoding.DecodeString(k.Y)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	if err := errors.Join(errX, errY, err); err != nil {
		t.Fatal(err)
	}
	return public
}

func TestAnAuthorizationIsRefusedInTheWordsOfDASHIF(t *testing.T) {
	s := serve(t, fixture)
	kids := s.currentKIDs()
	upper := strings.ToUpper(kids[0])
	const not, insufficient = "https://dashif.org/drm-problems/not-authorized", "https://dashif.org/drm-problems/insufficient-proof-of-authorization"
	for _, tc := range []struct {
		name, who string
		kids      []string
		status    int
		problem   string
	}{
		{"a KID that nobody has", "issuer", []string{unknownKID}, 403, not},
		{"no credential", "", kids[:1], 403, insufficient},
		{"a wrong credential", "wrong", kids[:1], 403, insufficient},
		{"another role", "viewer", kids[:1], 403, insufficient},
		{"no KIDs", "issuer", nil, 400, "about:blank"},
		{"upper case", "issuer", []string{upper}, 400, "about:blank"},
		{"no hyphens", "issuer", []string{strings.ReplaceAll(kids[0], "-", "")}, 400, "about:blank"},
		{"another order", "issuer", []string{kids[1], kids[0]}, 400, "about:blank"},
		{"a KID twice", "issuer", []string{kids[0], kids[0]}, 400, "about:blank"},
		{"a comma at the end", "issuer", []string{kids[0], ""}, 400, "about:blank"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := s.authorize(tc.who, tc.kids...)
			var got struct {
				Type   string
				Status int
			}
			if err := json.Unmarshal([]byte(a.body), &got); err != nil {
				t.Fatalf("%v in %s", err, a.body)
			}
			if a.status != tc.status || got.Status != tc.status || got.Type != tc.problem || a.header.Get("Content-Type") != problemJSON || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%d %v %s, want %d %s", a.status, a.header, a.body, tc.status, tc.problem)
			}
		})
	}
}

func TestWithoutDASHIFsFormatNothingIsAuthorized(t *testing.T) {
	i, j := strings.Index(fixture, "tokens:"), strings.Index(fixture, "policies:")
	for name, yaml := range map[string]string{
		"token format dashif is not configured": strings.Replace(fixture, "  dashif: {signing: apps}\n", "", 1),
		"no token format is configured":         fixture[:i] + fixture[j:],
	} {
		s := serve(t, yaml)
		if a := s.authorize("issuer", s.currentKIDs()...); a.status != 404 || !strings.Contains(a.body, name) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a := s.get("/.well-known/jwks.json", ""); a.status != 200 || strings.Contains(a.body, `"d"`) {
			t.Errorf("%s: JWK set %d %s", name, a.status, a.body)
		}
	}
}

func TestAChannelNamesTheFormatOfItsTokensAndACallChooses(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "{id: open,", "{id: open, token_format: dashif,", 1))
	for body, want := range map[string]string{"": "dashif", `{"format":"axinom"}`: "axinom"} {
		var got struct{ Format string }
		if s.decode(s.token(body), &got); got.Format != want {
			t.Errorf("%q: format %s, want %s", body, got.Format, want)
		}
	}
	var got struct{ Format string }
	if s.decode(s.send(s.request("POST", "/v1/channels/closed/token", "issuer", "")), &got); got.Format != "axinom" {
		t.Errorf("format %s of a channel that names none, want axinom", got.Format)
	}
}

func TestATokenIsNeverStored(t *testing.T) {
	s := serve(t, fixture)
	for _, body := range []string{"", `{"format":"dashif"}`, `{"format":"jwt"}`} {
		if a := s.token(body); a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", body, a.header)
		}
	}
}
