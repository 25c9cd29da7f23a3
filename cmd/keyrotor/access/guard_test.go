package access_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/keyplan"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

func secret(s string) keyplan.Secret { return keyplan.NewSecret([]byte(s)) }

// credentials has one of every kind and form; every secret contains "planted".
func credentials() access.Config {
	return access.Config{
		{Name: "plain basic", Role: access.Packager, Channels: []string{"sport", "news"},
			Basic: &access.Basic{User: "pack", Password: secret("planted:1:")}},
		{Name: "hashed basic", Role: access.Packager,
			Basic: &access.Basic{User: "pack", PasswordSHA256: access.Hash("planted-2")}},
		{Name: "bytes", Role: access.Viewer,
			Basic: &access.Basic{User: "vi\xff", Password: secret("planted\xfe")}},
		{Name: "plain bearer", Role: access.Issuer, Channels: []string{"*"},
			Bearer: &access.Bearer{Token: secret("planted-3")}},
		{Name: "hashed bearer", Role: access.Operator,
			Bearer: &access.Bearer{TokenSHA256: access.Hash("planted-4")}},
		{Name: "plain header", Role: access.Viewer,
			Header: &access.Header{Name: "x-speke-key", Value: secret("planted-5")}},
		{Name: "hashed header", Role: access.Packager,
			Header: &access.Header{Name: "X-Speke-Key", ValueSHA256: access.Hash("planted-6")}},
		{Name: "other header", Role: access.Packager,
			Header: &access.Header{Name: "X-Other", Value: secret("planted-7")}},
	}
}

func guard(t testing.TB, c access.Config) *access.Guard {
	t.Helper()
	g, err := access.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func request(header http.Header) *http.Request {
	r := httptest.NewRequest("POST", "/speke", nil)
	r.Header = header
	return r
}

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestEveryKindOfCredentialIsRecognised(t *testing.T) {
	g := guard(t, credentials())
	for name, header := range map[string]http.Header{
		"plain basic":   {"Authorization": {basicAuth("pack", "planted:1:")}},
		"hashed basic":  {"Authorization": {basicAuth("pack", "planted-2")}},
		"bytes":         {"Authorization": {basicAuth("vi\xff", "planted\xfe")}},
		"plain bearer":  {"Authorization": {"Bearer planted-3"}},
		"hashed bearer": {"Authorization": {"bEARER  planted-4"}},
		"plain header":  {"X-Speke-Key": {"planted-5"}},
		"hashed header": {"X-Speke-Key": {"planted-6"}, "X-Unrelated": {"a", "b"}},
		"other header":  {"X-Other": {"planted-7"}},
	} {
		caller, err := g.Identify(request(header), noon)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if caller.Name != name {
			t.Errorf("%s: taken for %s", name, caller.Name)
		}
	}
}

func TestWhatIsWrongInAnyWayIsRefusedAlike(t *testing.T) {
	good := basicAuth("pack", "planted-2")
	for what, header := range map[string]http.Header{
		"wrong password":             {"Authorization": {basicAuth("pack", "wrong")}},
		"wrong user":                 {"Authorization": {basicAuth("pock", "planted-2")}},
		"empty password":             {"Authorization": {basicAuth("pack", "")}},
		"empty user":                 {"Authorization": {basicAuth("", "planted-2")}},
		"user and password swapped":  {"Authorization": {basicAuth("planted-2", "pack")}},
		"no colon":                   {"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("pack"))}},
		"not base64":                 {"Authorization": {"Basic *"}},
		"base64 with a line end":     {"Authorization": {good[:12] + "\n" + good[12:]}},
		"password as text":           {"Authorization": {"Basic pack:planted-2"}},
		"bytes as UTF-8":             {"Authorization": {basicAuth("viÿ", "plantedþ")}},
		"the hash itself":            {"Authorization": {basicAuth("pack", access.Hash("planted-2"))}},
		"password as bearer":         {"Authorization": {"Bearer planted-2"}},
		"token with a suffix":        {"Authorization": {"Bearer planted-3 x"}},
		"empty bearer":               {"Authorization": {"Bearer "}},
		"scheme alone":               {"Authorization": {"Bearer"}},
		"empty authorization":        {"Authorization": {""}},
		"unknown scheme":             {"Authorization": {"Digest planted-3"}},
		"token without scheme":       {"Authorization": {"planted-3"}},
		"two authorizations":         {"Authorization": {good, good}},
		"good after bad":             {"Authorization": {"Bearer x", good}},
		"authorizations joined":      {"Authorization": {good + ", " + good}},
		"authorization and header":   {"Authorization": {good}, "X-Speke-Key": {"planted-5"}},
		"bad scheme and good header": {"Authorization": {"Digest x"}, "X-Speke-Key": {"planted-5"}},
		"header twice":               {"X-Speke-Key": {"planted-5", "planted-5"}},
		"two headers":                {"X-Speke-Key": {"planted-5"}, "X-Other": {"planted-7"}},
		"empty header":               {"X-Speke-Key": {""}},
		"value of another header":    {"X-Speke-Key": {"planted-7"}},
		"header as user":             {"Authorization": {basicAuth("X-Speke-Key", "planted-5")}},
		"header value as bearer":     {"Authorization": {"Bearer planted-5"}},
	} {
		caller, err := guard(t, credentials()).Identify(request(header), noon)
		if caller != nil || !errors.Is(err, access.ErrBadCredentials) || err.Error() != "bad credentials" {
			t.Errorf("%s: got %v, %v", what, caller, err)
		}
	}
}

func TestARequestWithoutCredentialsSaysSo(t *testing.T) {
	for _, header := range []http.Header{{}, {"X-Unrelated": {"planted-5"}}, {"Cookie": {"a=b"}}} {
		if caller, err := guard(t, credentials()).Identify(request(header), noon); caller != nil || err != access.ErrNoCredentials {
			t.Errorf("%v: got %v, %v", header, caller, err)
		}
	}
}

func TestACredentialIsForItsChannels(t *testing.T) {
	c := access.Config{
		{Name: "some", Role: access.Packager, Channels: []string{"sport", "news"}, Bearer: &access.Bearer{Token: secret("a")}},
		{Name: "star", Role: access.Packager, Channels: []string{"*"}, Bearer: &access.Bearer{Token: secret("b")}},
		{Name: "none said", Role: access.Packager, Bearer: &access.Bearer{Token: secret("c")}},
	}
	got := map[string][]bool{}
	for _, token := range []string{"a", "b", "c"} {
		caller, err := guard(t, c).Identify(request(http.Header{"Authorization": {"Bearer " + token}}), noon)
		if err != nil {
			t.Fatal(err)
		}
		got[caller.Name] = []bool{caller.May("sport"), caller.May("news"), caller.May("sport2"), caller.May(""), caller.May("*")}
	}
	want := map[string][]bool{
		"some":      {true, true, false, false, false},
		"star":      {true, true, true, true, true},
		"none said": {true, true, true, true, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("May (-want +got):\n%s", diff)
	}
}

func TestTheConfigMayChangeAfterNew(t *testing.T) {
	channels := []string{"sport"}
	g := guard(t, access.Config{{Name: "a", Role: access.Packager, Channels: channels, Bearer: &access.Bearer{Token: secret("a")}}})
	channels[0] = "*"
	caller, _ := g.Identify(request(http.Header{"Authorization": {"Bearer a"}}), noon)
	if caller.May("news") {
		t.Error("the guard shares the list of the config")
	}
}

func TestAGuardWithoutCredentialsIsOpen(t *testing.T) {
	caller, err := guard(t, nil).Identify(request(http.Header{"Authorization": {"whatever"}}), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []access.Role{access.Packager, access.Issuer, access.Viewer, access.Operator} {
		if !caller.Is(role) || !caller.May("any") {
			t.Errorf("not let in as %s", role)
		}
	}
}

func TestNewRefusesWhatValidateRefuses(t *testing.T) {
	if g, err := access.New(access.Config{{Name: "a", Role: "root"}}); err == nil || g != nil {
		t.Errorf("got %v, %v", g, err)
	}
}
