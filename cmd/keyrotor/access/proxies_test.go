package access_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func proxies(t testing.TB, texts ...string) access.Proxies {
	t.Helper()
	p, problems := access.ParseProxies(texts)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func TestForwardedForIsBelievedOfTrustedProxiesOnly(t *testing.T) {
	trusted := proxies(t, "10.0.0.0/8", "192.0.2.7", "2001:db8::/32")
	for _, tc := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.9:5", nil, "203.0.113.9"},
		{"a stranger's header", "203.0.113.9:5", []string{"198.51.100.1"}, "203.0.113.9"},
		{"a proxy without the header", "10.1.1.1:5", nil, "10.1.1.1"},
		{"one proxy", "10.1.1.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a single address", "192.0.2.7:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"beside a single address", "192.0.2.8:5", []string{"198.51.100.1"}, "192.0.2.8"},
		{"what the client itself wrote", "10.1.1.1:5", []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.1.1.1:5", []string{"1.1.1.1, 198.51.100.1 ,10.2.2.2"}, "198.51.100.1"},
		{"two headers", "10.1.1.1:5", []string{"198.51.100.1", "10.2.2.2"}, "198.51.100.1"},
		{"proxies only", "10.1.1.1:5", []string{"10.3.3.3, 10.2.2.2"}, "10.3.3.3"},
		{"with ports", "10.1.1.1:5", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6 with a port", "[2001:db8::1]:5", []string{"[2001:dead::1]:4711"}, "2001:dead::1"},
		{"IPv6 with a zone", "[fe80::1%eth0]:5", nil, "fe80::1"},
		{"IPv4 inside IPv6", "[::ffff:10.1.1.1]:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"no address", "10.1.1.1:5", []string{"198.51.100.1, unknown"}, "10.1.1.1"},
		{"an empty element", "10.1.1.1:5", []string{"198.51.100.1,"}, "10.1.1.1"},
		{"a Unix socket", "@", []string{"198.51.100.1"}, "invalid IP"},
	} {
		r := request(map[string][]string{"X-Forwarded-For": tc.forwarded})
		r.RemoteAddr = tc.peer
		if got := trusted.Remote(r).String(); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestBadProxiesAreNamed(t *testing.T) {
	_, problems := access.ParseProxies([]string{"10.0.0.0/8", "10.0.0.0/33", "proxy.example.com", "::1", ""})
	want := strings.TrimSpace(`
[1]: want an address or a network, such as 10.0.0.0/8
[2]: want an address or a network, such as 10.0.0.0/8
[4]: want an address or a network, such as 10.0.0.0/8`)
	if diff := cmp.Diff(want, problems.Error()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// Whatever the header, a stranger is who the connection says, and behind a proxy there is
// always somebody.
func FuzzRemote(f *testing.F) {
	f.Add("198.51.100.1, 10.2.2.2")
	f.Add("[2001:db8::1%x]:5,,")
	trusted := proxies(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := request(map[string][]string{"X-Forwarded-For": {forwarded}})
		for _, peer := range []string{"203.0.113.9", "10.1.1.1"} {
			r.RemoteAddr = peer + ":5"
			got := trusted.Remote(r)
			if !got.IsValid() || peer == "203.0.113.9" && got != netip.MustParseAddr(peer) {
				t.Errorf("from %s: %s", peer, got)
			}
		}
	})
}
