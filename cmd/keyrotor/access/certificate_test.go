package access_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

// certificatePEM was written by OpenSSL 3.0.19, and so was the hash of its public key:
// openssl x509 -noout -pubkey | openssl pkey -pubin -outform der | sha256sum.
const (
	spkiSHA256     = "0ea30c6bfa9d8267a42008138c029b19096d57aea515182a03e4d41d8c786104"
	certificatePEM = `
-----BEGIN CERTIFICATE-----
MIIBsjCCAWSgAwIBAgIUbpqHKshu/UcG8Iwn6/Rc6vMbUEgwBQYDK2VwMBkxFzAV
BgNVBAMMDmNuLmV4YW1wbGUuY29tMB4XDTI2MTEyMTIzMjUyMVoXDTM2MTExODIz
MjUyMVowGTEXMBUGA1UEAwwOY24uZXhhbXBsZS5jb20wKjAFBgMrZXADIQBHixvj
xuiy5b9uTbzeg535QkTZxwD7Gl9JQBQtjYpOCKOBvTCBujAdBgNVHQ4EFgQU2K2T
8DhB5Vbh8nlbf4Z25aG0HpEwHwYDVR0jBBgwFoAU2K2T8DhB5Vbh8nlbf4Z25aG0
HpEwDwYDVR0TAQH/BAUwAwEB/zBSBgNVHREESzBJghRQYWNrYWdlci5leGFtcGxl
LmNvbYISKi53aWxkLmV4YW1wbGUuY29thh1zcGlmZmU6Ly9leGFtcGxlLmNvbS9w
YWNrYWdlcjATBgNVHSUEDDAKBggrBgEFBQcDAjAFBgMrZXADQQBvU+lNjWO8mB3O
uOfTEgSQFU/LoZoKJL03S7SK6vE3N8ncn2m6Hit0wJ5tuoNKsfaoY4HsFgIfhawf
pvpw8hAC
-----END CERTIFICATE-----
`
)

// leaf has the common name cn.example.com, the DNS names Packager.example.com and
// *.wild.example.com, and the URI spiffe://example.com/packager.
func leaf(t testing.TB) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(certificatePEM))
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// certified is a request on a connection whose client showed chain and owns it.
func certified(header http.Header, chain ...*x509.Certificate) *http.Request {
	r := request(header)
	r.TLS = &tls.ConnectionState{PeerCertificates: chain, VerifiedChains: [][]*x509.Certificate{chain}}
	return r
}

func holder(name string, c access.Certificate) access.Credential {
	return access.Credential{Name: name, Role: access.Packager, Certificate: &c}
}

func TestACertificateIsKnownByItsKeyOrItsNames(t *testing.T) {
	for _, tc := range []struct {
		name  string
		means access.Certificate
		known bool
	}{
		{"public key", access.Certificate{SPKISHA256: spkiSHA256}, true},
		{"public key in capitals", access.Certificate{SPKISHA256: strings.ToUpper(spkiSHA256)}, true},
		{"another public key", access.Certificate{SPKISHA256: access.Hash("x")}, false},
		{"DNS name", access.Certificate{DNS: "packager.Example.com"}, true},
		{"subdomain", access.Certificate{DNS: "a.packager.example.com"}, false},
		{"parent domain", access.Certificate{DNS: "example.com"}, false},
		{"name that a wildcard covers", access.Certificate{DNS: "a.wild.example.com"}, false},
		{"common name", access.Certificate{DNS: "cn.example.com"}, false},
		{"URI", access.Certificate{URI: "spiffe://example.com/packager"}, true},
		{"URI in other letters", access.Certificate{URI: "spiffe://example.com/Packager"}, false},
		{"beginning of the URI", access.Certificate{URI: "spiffe://example.com/"}, false},
		{"DNS name as a URI", access.Certificate{URI: "dns:packager.example.com"}, false},
	} {
		caller, err := guard(t, access.Config{holder("it", tc.means)}).Identify(certified(nil, leaf(t)), noon)
		if known := caller != nil && caller.Name == "it" && err == nil; known != tc.known {
			t.Errorf("%s: got %v, %v", tc.name, caller, err)
		}
		if !tc.known && err != access.ErrNoCredentials {
			t.Errorf("%s: got %v, want no credentials", tc.name, err)
		}
	}
}

func TestOnlyTheVerifiedLeafCounts(t *testing.T) {
	g := guard(t, access.Config{holder("it", access.Certificate{SPKISHA256: spkiSHA256})})
	unverified := certified(nil, leaf(t))
	unverified.TLS.VerifiedChains = nil
	authority := certified(nil, &x509.Certificate{NotAfter: noon}, leaf(t))
	for what, r := range map[string]*http.Request{"shown only": unverified, "as authority": authority, "no TLS": request(nil)} {
		if caller, err := g.Identify(r, noon); caller != nil || err != access.ErrNoCredentials {
			t.Errorf("%s: got %v, %v", what, caller, err)
		}
	}
}

func TestACertificateHasItsRoleAndChannels(t *testing.T) {
	c := access.Config{{Name: "it", Role: access.Issuer, Channels: []string{"sport"}, Certificate: &access.Certificate{DNS: "packager.example.com"}}}
	caller, err := guard(t, c).Identify(certified(nil, leaf(t)), noon)
	if err != nil || !caller.Is(access.Issuer) || caller.Is(access.Packager) || !caller.May("sport") || caller.May("news") {
		t.Errorf("got %+v, %v", caller, err)
	}
}

func TestTheFirstCredentialThatMeansACertificateCounts(t *testing.T) {
	dns, uri := access.Certificate{DNS: "packager.example.com"}, access.Certificate{URI: "spiffe://example.com/packager"}
	for _, c := range []access.Config{
		{holder("first", dns), holder("second", uri)}, {holder("first", uri), holder("second", dns)},
	} {
		if caller, err := guard(t, c).Identify(certified(nil, leaf(t)), noon); err != nil || caller.Name != "first" {
			t.Errorf("got %v, %v", caller, err)
		}
	}
}

func TestACertificateThatCountsComesBeforeHeaders(t *testing.T) {
	mine := holder("certificate", access.Certificate{SPKISHA256: spkiSHA256})
	foreign := holder("certificate", access.Certificate{DNS: "other.example.com"})
	type outcome struct {
		Caller string
		Err    error
	}
	got := map[string]outcome{}
	for kind, cred := range map[string]access.Credential{"mine": mine, "foreign": foreign} {
		g := guard(t, append(credentials(), cred))
		for shown, header := range map[string]http.Header{"nothing": nil, "good": bearer("planted-3"), "bad": bearer("x")} {
			caller, err := g.Identify(certified(header, leaf(t)), noon)
			if err != nil {
				caller = &access.Caller{}
			}
			got[kind+" and "+shown] = outcome{caller.Name, err}
		}
	}
	want := map[string]outcome{
		"mine and nothing":    {"certificate", nil},
		"mine and good":       {"certificate", nil},
		"mine and bad":        {"certificate", nil},
		"foreign and nothing": {"", access.ErrNoCredentials},
		"foreign and good":    {"plain bearer", nil},
		"foreign and bad":     {"", access.ErrBadCredentials},
	}
	for what := range want {
		if got[what] != want[what] {
			t.Errorf("%s: got %v, want %v", what, got[what], want[what])
		}
	}
}

func TestACertificateThatExpiresOnAnOpenConnectionIsNoneAndTheConnectionEnds(t *testing.T) {
	g := guard(t, append(credentials(), holder("it", access.Certificate{SPKISHA256: spkiSHA256})))
	last := leaf(t).NotAfter
	now := last
	gate := access.Gate{Guard: g, Now: func() time.Time { return now }}.Require(access.Packager, access.Issuer)(face)
	ask := func(header http.Header) string {
		r := answerTo(gate, certified(header, leaf(t)))
		return brief(r) + " " + r.Header.Get("Connection")
	}
	got := []string{ask(nil)}
	now = last.Add(time.Second)
	got = append(got, ask(nil), ask(bearer("planted-3")))
	if diff := cmp.Diff([]string{"200 it ", "401 Unauthorized close", "200 plain bearer close"}, got); diff != "" {
		t.Errorf("at its end, after it, and then with a header (-want +got):\n%s", diff)
	}
}

func TestBadCertificateCredentialsAreNamed(t *testing.T) {
	c := access.Config{
		holder("none", access.Certificate{}),
		holder("two", access.Certificate{DNS: "a.example.com", URI: "spiffe://a/b"}),
		holder("short", access.Certificate{SPKISHA256: "0ea30c"}),
		holder("letters", access.Certificate{SPKISHA256: "x" + spkiSHA256[1:]}),
		holder("of nothing", access.Certificate{SPKISHA256: access.Hash("")}),
		holder("wildcard", access.Certificate{DNS: "*.example.com"}),
		holder("relative", access.Certificate{URI: "/packager"}),
		holder("not as written", access.Certificate{URI: "SPIFFE://a/b c"}),
		holder("a", access.Certificate{DNS: "same.example.com"}),
		holder("b", access.Certificate{DNS: "SAME.example.com"}),
		{Name: "beside", Role: access.Viewer, Certificate: &access.Certificate{DNS: "c.example.com"}, Bearer: &access.Bearer{Token: secret("a")}},
	}
	want := strings.TrimSpace(`
[0].certificate: want exactly one of spki_sha256, dns and uri
[1].certificate: want exactly one of spki_sha256, dns and uri
[2].certificate.spki_sha256: want 64 hex digits, of a public key that is not empty
[3].certificate.spki_sha256: want 64 hex digits, of a public key that is not empty
[4].certificate.spki_sha256: want 64 hex digits, of a public key that is not empty
[5].certificate.dns: want a DNS name without wildcards
[6].certificate.uri: want a URI with its scheme, such as spiffe://example.org/packager
[7].certificate.uri: want a URI with its scheme, such as spiffe://example.org/packager
[9].certificate.dns: want a certificate that [8] does not have
[10]: want exactly one of basic, bearer, header and certificate`)
	if diff := cmp.Diff(want, c.Validate(true).Error()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
