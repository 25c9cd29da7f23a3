package access_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func TestGoodCredentialsHaveNoProblems(t *testing.T) {
	if ps := credentials().Validate(true); ps != nil {
		t.Errorf("on loopback:\n%v", ps)
	}
	hashed := access.Config{credentials()[1], credentials()[4], credentials()[6]}
	if ps := hashed.Validate(false); ps != nil {
		t.Errorf("beyond loopback:\n%v", ps)
	}
}

func TestPlainSecretsAreForLoopback(t *testing.T) {
	want := strings.TrimSpace(`
[0].basic.password: want basic.password_sha256 instead, for the server listens beyond loopback
[2].basic.password: want basic.password_sha256 instead, for the server listens beyond loopback
[3].bearer.token: want bearer.token_sha256 instead, for the server listens beyond loopback
[5].header.value: want header.value_sha256 instead, for the server listens beyond loopback
[7].header.value: want header.value_sha256 instead, for the server listens beyond loopback`)
	if diff := cmp.Diff(want, credentials().Validate(false).Error()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestNoCredentialsAreForLoopback(t *testing.T) {
	if ps := (access.Config)(nil).Validate(true); ps != nil {
		t.Errorf("on loopback: %v", ps)
	}
	got := access.Config{}.Validate(false).Error()
	if want := "want at least one credential, for the server listens beyond loopback"; got != want {
		t.Errorf("beyond loopback: got %q", got)
	}
}

func TestBadCredentialsAreNamedCompletely(t *testing.T) {
	token := func(s string) *access.Bearer { return &access.Bearer{Token: secret(s)} }
	hash := access.Hash("planted")
	c := access.Config{
		{},
		{Name: "both", Role: "root", Bearer: token("planted-1"), Basic: &access.Basic{User: "a:b", Password: secret("planted-2")}},
		{Name: "both", Role: access.Viewer, Bearer: token("planted-1")},
		{Name: "forms", Role: access.Viewer, Bearer: &access.Bearer{Token: secret("planted-3"), TokenSHA256: hash}},
		{Name: "no form", Role: access.Viewer, Header: &access.Header{Name: "X-Y"}},
		{Name: "short", Role: access.Viewer, Bearer: &access.Bearer{TokenSHA256: "planted"}},
		{Name: "not hex", Role: access.Viewer, Bearer: &access.Bearer{TokenSHA256: "x" + hash[1:]}},
		{Name: "empty", Role: access.Viewer, Basic: &access.Basic{Password: secret("")}},
		{Name: "hash of nothing", Role: access.Viewer, Bearer: &access.Bearer{TokenSHA256: access.Hash("")}},
		{Name: "plain", Role: access.Viewer, Bearer: token("planted")},
		{Name: "hashed", Role: access.Viewer, Bearer: &access.Bearer{TokenSHA256: strings.ToUpper(hash)}},
		{Name: "other kind", Role: access.Viewer, Header: &access.Header{Name: "authorization", Value: secret("planted")}},
		{Name: "header", Role: access.Viewer, Header: &access.Header{Name: "X Y", Value: secret("planted-4")}},
		{Name: "channels", Role: access.Viewer, Channels: []string{"*", "live-*", "", "ok"}, Bearer: token("planted-5")},
		{Name: "no channels", Role: access.Viewer, Channels: []string{}, Bearer: token("planted-6")},
	}
	want := strings.TrimSpace(`
[0].name: want a name
[0].role: want packager, issuer, viewer or operator
[0]: want exactly one of basic, bearer, header and certificate
[1].role: want packager, issuer, viewer or operator
[1]: want exactly one of basic, bearer, header and certificate
[1].basic.user: want a user without a colon (RFC 7617)
[2].name: want a name that [1] does not have
[2].bearer.token: want a secret that [1] does not have
[3].bearer: want exactly one of token and token_sha256
[4].header: want exactly one of value and value_sha256
[5].bearer.token_sha256: want 64 hex digits, as printed by keyrotor hash
[6].bearer.token_sha256: want 64 hex digits, as printed by keyrotor hash
[7].basic.password: want a secret that is not empty
[7].basic.user: want a user without a colon (RFC 7617)
[8].bearer.token_sha256: want 64 hex digits, as printed by keyrotor hash
[10].bearer.token_sha256: want a secret that [9] does not have
[11].header.name: want a header that HTTP itself does not use
[12].header.name: want a header name
[13].channels[0]: want a channel ID, a pattern with one *, or * alone for all
[13].channels[2]: want a channel ID, a pattern with one *, or * alone for all
[14].channels: want at least one channel ID, or * for all`)
	got := c.Validate(true).Error()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	_, err := access.New(c)
	if strings.Contains(got+err.Error(), "planted") || strings.Contains(got+err.Error(), hash[1:]) {
		t.Error("a problem repeats a secret")
	}
}
