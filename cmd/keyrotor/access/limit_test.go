package access_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func TestARemoteThatCallsTooOftenGets429(t *testing.T) {
	gate := access.Gate{Now: atNoon, Proxies: proxies(t, "10.0.0.0/8")}
	l := access.NewLimiter(&access.Rate{Count: 2, Per: time.Minute}, nil)
	h := gate.Limit(l, face)
	for _, tc := range []struct{ peer, forwarded, want, retry string }{
		{"203.0.113.1:1", "", "200", ""},
		{"203.0.113.1:2", "198.51.100.1", "200", ""},
		{"203.0.113.1:3", "", "429", "30"},
		{"203.0.113.2:1", "", "200", ""},
		{"10.0.0.1:1", "203.0.113.1", "429", "30"},
		{"10.0.0.1:1", "203.0.113.3", "200", ""},
		{"[2001:db8::1]:1", "", "200", ""},
		{"[2001:db8::2]:1", "", "200", ""},
		{"[2001:db8::3]:1", "", "429", "30"},
	} {
		r := request(http.Header{})
		r.RemoteAddr = tc.peer
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		got := serve(h, r)
		if status := fmt.Sprint(got.Code); status != tc.want || got.Header().Get("Retry-After") != tc.retry {
			t.Errorf("%s for %q: %s, retry after %s", tc.peer, tc.forwarded, status, got.Header().Get("Retry-After"))
		}
	}
}

func TestOnlyRequestsOfThisMachineAreLocal(t *testing.T) {
	gate := access.Gate{Now: atNoon, Proxies: proxies(t, "127.0.0.0/8", "10.0.0.0/8")}
	for _, tc := range []struct {
		peer, header, value string
		trusts              bool
		want                int
	}{
		{"127.0.0.1:1", "", "", false, 200},
		{"127.8.8.8:1", "", "", false, 200},
		{"[::1]:1", "", "", false, 200},
		{"[::ffff:127.0.0.1]:1", "", "", false, 200},
		{"127.0.0.1:1", "", "", true, 200},
		{"203.0.113.1:1", "", "", true, 403},
		{"@", "", "", false, 403},
		{"127.0.0.1:1", "X-Forwarded-For", "203.0.113.1", false, 403},
		{"127.0.0.1:1", "X-Forwarded-For", "127.0.0.1", false, 403},
		{"127.0.0.1:1", "X-Forwarded-For", "203.0.113.1", true, 403},
		{"127.0.0.1:1", "X-Forwarded-For", "127.0.0.1", true, 403},
		{"127.0.0.1:1", "Forwarded", "for=203.0.113.1", true, 403},
		{"127.0.0.1:1", "X-Real-Ip", "203.0.113.1", true, 403},
		{"127.0.0.1:1", "Via", "1.1 proxy", false, 403},
		{"10.0.0.1:1", "X-Forwarded-For", "127.0.0.1", true, 403},
	} {
		g := gate
		if !tc.trusts {
			g.Proxies = nil
		}
		r := request(http.Header{})
		r.RemoteAddr = tc.peer
		if tc.header != "" {
			r.Header.Set(tc.header, tc.value)
		}
		if got := serve(g.Local(face), r); got.Code != tc.want {
			t.Errorf("%s, %s: %s, trusted %v: %d, want %d", tc.peer, tc.header, tc.value, tc.trusts, got.Code, tc.want)
		}
	}
}

func TestAWaitIsNeverShorterInSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]int{0: 0, 1: 1, time.Second: 1, time.Second + 1: 2} {
		if got := access.Seconds(wait); got != want {
			t.Errorf("%v: %d, want %d", wait, got, want)
		}
	}
}
