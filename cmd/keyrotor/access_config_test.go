package main_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/configs"
)

// withServer is a sound configuration with these keys of server and one credential.
func withServer(server, credential string) string {
	return strings.NewReplacer("SERVER", server, "CREDENTIAL", credential).Replace(`
server: {listen: "127.0.0.1:0", SERVER}
credentials: [{name: a, role: packager, CREDENTIAL}]
policies: {weekly: {rotate: {every: 168h}}}
channels: [{id: open, policy: weekly, tracks: [VIDEO]}]
`)
}

func TestWhatIsWrongWithAccessIsNamed(t *testing.T) {
	const bearer, named = "bearer: {token: x}", "certificate: {dns: a.example.com}"
	const files = "certificate: a.pem, key: b.pem"
	for _, tc := range []struct{ server, credential, want string }{
		{"tls: {" + files + "}", bearer, ""},
		{"tls: {" + files + ", client_ca: c.pem, min_version: 1.3}", named, ""},
		{"tls: {key: b.pem}", bearer, "server.tls.certificate: want a PEM file"},
		{"tls: {certificate: a.pem}", bearer, "server.tls.key: want a PEM file"},
		{"tls: {" + files + ", min_version: 1.1}", bearer, "server.tls.min_version: want 1.2 or 1.3"},
		{"tls: {" + files + "}", named, "credentials[0].certificate: want server.tls.client_ca, which certificates are checked against"},
		{"", named, "credentials[0].certificate: want server.tls.client_ca, which certificates are checked against"},
		{"throttle: {failures: 0}", bearer, "server.throttle.failures: want at least 1"},
		{"throttle: {window: 0}", bearer, "server.throttle.window: want a duration from 1s to 24h"},
		{"trusted_proxies: [10.0.0.0/8, '::1']", bearer, ""},
		{"trusted_proxies: [10.0.0.0/8, proxy]", bearer, "server.trusted_proxies[1]: want an address or a network, such as 10.0.0.0/8"},
	} {
		err := configs.Decode("file", []byte(withServer(tc.server, tc.credential)), keyrotor.Defaults())
		got := ""
		if err != nil {
			_, got, _ = strings.Cut(err.Error(), ": ")
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("server: {%s} with %s (-want +got):\n%s", tc.server, tc.credential, diff)
		}
	}
}

func TestTheServerThrottlesBadCredentials(t *testing.T) {
	const limited = `server: {throttle: {failures: 2, window: 1h}, trusted_proxies: [127.0.0.1], `
	s := serve(t, strings.Replace(fixture, "server: {", limited, 1))
	ask := func(method, path, who, remote string) answer {
		r := s.request(method, path, who, "")
		r.Header.Set("X-Forwarded-For", remote)
		return s.send(r)
	}
	for range 2 {
		if a := ask("POST", spekePath, "wrong", "192.0.2.1"); a.status != 401 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	api := ask("GET", "/v1/channels", "wrong", "192.0.2.1")
	if api.status != 429 || api.header.Get("Content-Type") != problemJSON || api.header.Get("Retry-After") == "" {
		t.Errorf("the API: %d %v", api.status, api.header)
	}
	speke := ask("POST", spekePath, "wrong", "192.0.2.1")
	if speke.status != 429 || speke.body != "Too Many Requests" || speke.header.Get("Retry-After") == "" {
		t.Errorf("SPEKE: %d %v %s", speke.status, speke.header, speke.body)
	}
	unsigned := ask("POST", "/widevine/open", "", "192.0.2.1")
	if unsigned.status != 200 {
		t.Errorf("a call that is malformed and not only unsigned: %d", unsigned.status)
	}
	forged := s.request("POST", "/widevine/open", "", `{"request":"e30=","signature":"AAAA","signer":"wv"}`)
	forged.Header.Set("X-Forwarded-For", "192.0.2.1")
	if a := s.send(forged); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("the Common Encryption API: %d %s", a.status, a.body)
	}
	if a := ask("GET", "/v1/channels", "viewer", "192.0.2.1"); a.status != 200 {
		t.Errorf("a good credential of the same remote: %d", a.status)
	}
	if a := ask("GET", "/v1/channels", "wrong", "192.0.2.2"); a.status != 401 {
		t.Errorf("another remote: %d", a.status)
	}
}
