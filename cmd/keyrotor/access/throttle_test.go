package access_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func throttle(failures int, log *slog.Logger) *access.Throttle {
	return access.NewThrottle(access.ThrottleConfig{Failures: failures, Window: time.Minute}, log)
}

func addr(text string) netip.Addr { return netip.MustParseAddr(text) }

// fail counts n failures at noon and says how many of them were throttled.
func fail(th *access.Throttle, remote netip.Addr, n int) (throttled int) {
	for range n {
		if th.Failed(remote, noon) > 0 {
			throttled++
		}
	}
	return throttled
}

// Whoever fails, and when: in every window each remote has the first Failures free and no
// more, and waits at most to the end of the window.
func TestLawEachRemoteHasItsFailuresInEachWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := access.ThrottleConfig{Failures: rapid.IntRange(1, 4).Draw(t, "failures"), Window: 10 * time.Second}
		th := access.NewThrottle(c, nil)
		var end time.Time
		var free map[netip.Addr]int
		now := noon
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "later")) * time.Millisecond)
			remote := netip.AddrFrom4([4]byte{10, 0, 0, byte(rapid.IntRange(0, 3).Draw(t, "remote"))})
			if !now.Before(end) {
				end, free = now.Add(c.Window), map[netip.Addr]int{}
			}
			var want time.Duration
			if free[remote]++; free[remote] > c.Failures {
				want = end.Sub(now)
			}
			if got := th.Failed(remote, now); got != want {
				t.Fatalf("failure %d of %s: wait %v, want %v", free[remote], remote, got, want)
			}
		}
	})
}

func TestARemoteIsAnIPv4AddressOrA64OfIPv6(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1", "fe80::2%eth0", true},
	} {
		th := throttle(1, nil)
		fail(th, addr(tc.a), 1)
		if same := fail(th, addr(tc.b), 1) == 1; same != tc.same {
			t.Errorf("%s and %s: together %v, want %v", tc.a, tc.b, same, tc.same)
		}
	}
}

func TestAnAttackFromManyAddressesFillsNoMemory(t *testing.T) {
	th := throttle(2, nil)
	at := func(i int) netip.Addr {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:], uint64(i)+1<<61)
		return netip.AddrFrom16(b)
	}
	const room = 4096
	for i := range room {
		if fail(th, at(i), 1) > 0 {
			t.Fatalf("remote %d is throttled after one failure", i)
		}
	}
	if got := fail(th, at(room), 1) + fail(th, at(room+1), 1); got != 0 {
		t.Errorf("%d of the first two without room are throttled", got)
	}
	if got := fail(th, at(room+2), 1); got != 1 {
		t.Error("those without room are not counted together")
	}
	if got := fail(th, at(0), 1); got != 0 {
		t.Error("who has room is counted with those who have none")
	}
}

func TestAClockThatIsSetBackThrottlesNobodyForLong(t *testing.T) {
	th := throttle(1, nil)
	fail(th, addr("192.0.2.1"), 2)
	for range 2 {
		if wait := th.Failed(addr("192.0.2.1"), noon.Add(-time.Hour)); wait > time.Minute {
			t.Errorf("wait %v", wait)
		}
	}
}

func TestAnUnknownRemoteIsThrottledToo(t *testing.T) {
	if got := fail(throttle(1, nil), netip.Addr{}, 3); got != 2 {
		t.Errorf("%d of 3 throttled", got)
	}
}

func TestWhoIsThrottledIsLoggedOnceAndTheRestCounted(t *testing.T) {
	var log bytes.Buffer
	th := throttle(2, logger(&log))
	fail(th, addr("192.0.2.1"), 500)
	fail(th, addr("2001:db8::1"), 4)
	th.Failed(addr("192.0.2.2"), noon.Add(time.Minute))
	want := strings.TrimLeft(`
level=WARN msg="bad credentials throttled" remote=192.0.2.1/32 failures=3 until=2026-03-01T12:01:00.000Z
level=WARN msg="bad credentials throttled" remote=2001:db8::/64 failures=3 until=2026-03-01T12:01:00.000Z
level=WARN msg="more bad credentials were throttled" failures=498 until=2026-03-01T12:01:00.000Z
`, "\n")
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestConcurrentFailuresAreAllCounted(t *testing.T) {
	th := throttle(50, nil)
	var free atomic.Int64
	var senders sync.WaitGroup
	for range 8 {
		senders.Go(func() { free.Add(int64(100 - fail(th, addr("192.0.2.1"), 100))) })
	}
	senders.Wait()
	if free.Load() != 50 {
		t.Errorf("%d free, want 50", free.Load())
	}
}

func TestBadThrottlesAreNamed(t *testing.T) {
	for want, c := range map[string]access.ThrottleConfig{
		"[]":                          {Failures: 1, Window: time.Second},
		"[failures: want at least 1]": {Window: time.Hour},
		"[window: want a duration from 1s to 24h]":                           {Failures: 1, Window: 25 * time.Hour},
		"[failures: want at least 1 window: want a duration from 1s to 24h]": {Failures: -1, Window: time.Millisecond},
	} {
		if got := fmt.Sprint([]any{c.Validate()}...); strings.ReplaceAll(got, "\n", " ") != strings.Trim(want, "[]") {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}
