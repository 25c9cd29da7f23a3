package access

import (
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A ThrottleConfig says when bad credentials are too many.
type ThrottleConfig struct {
	// Failures is how many bad credentials of one remote get the usual answer in a Window.
	Failures int `yaml:"failures"`
	// Window is how long failures are counted before counting begins anew.
	Window time.Duration `yaml:"window"`
}

// Validate checks c completely.
func (c ThrottleConfig) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if c.Failures < 1 {
		ps.Add("failures", "at least 1")
	}
	if c.Window < time.Second || c.Window > 24*time.Hour {
		ps.Add("window", "a duration from 1s to 24h")
	}
	return ps
}

// A Throttle counts bad credentials by remote: an IPv4 address, or the /64 of an IPv6 one,
// which a single host may have. It remembers one window at a time, and that of at most
// maxRemotes; further ones are counted together. Good credentials never meet it, so that
// nobody locks out a packager by sending bad ones from behind the same address.
type Throttle struct {
	config ThrottleConfig
	log    *slog.Logger

	mu       sync.Mutex // guards what follows
	end      time.Time  // of the window
	failed   map[netip.Prefix]int
	unlogged int // failures in the window that no line tells of
}

// maxRemotes bounds the memory to a few hundred KiB.
const maxRemotes = 4096

// NewThrottle makes one of what Validate accepts. It logs who is throttled once in a
// window, and afterwards how many more failures there were; a nil log means neither.
func NewThrottle(c ThrottleConfig, log *slog.Logger) *Throttle {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Throttle{config: c, log: log}
}

// Failed counts a bad credential. It gives how long remote shall wait, or 0 if it had not
// too many; then the caller may log this one. The nil Throttle gives 0.
func (t *Throttle) Failed(remote netip.Addr, now time.Time) time.Duration {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn(now)
	who := t.place(remote)
	t.failed[who]++
	switch over := t.failed[who] - t.config.Failures; {
	case over <= 0:
		return 0
	case over == 1:
		t.log.Warn("bad credentials throttled", "remote", named(who), "failures", t.failed[who], "until", t.end)
	default:
		t.unlogged++
	}
	return t.end.Sub(now)
}

// turn begins a new window if now is not in this one: after it, or before it because the
// clock was set back.
func (t *Throttle) turn(now time.Time) {
	if now.Before(t.end) && !now.Before(t.end.Add(-t.config.Window)) {
		return
	}
	if t.unlogged > 0 {
		t.log.Warn("more bad credentials were throttled", "failures", t.unlogged, "until", t.end)
	}
	t.end, t.failed, t.unlogged = now.Add(t.config.Window), map[netip.Prefix]int{}, 0
}

// place gives whose failures those of remote count as. Addresses that are not known, and
// those for which there is no room, count as the zero Prefix.
func (t *Throttle) place(remote netip.Addr) netip.Prefix {
	who := neighbours(remote)
	if _, counted := t.failed[who]; !counted && len(t.failed) >= maxRemotes {
		return netip.Prefix{}
	}
	return who
}

func named(who netip.Prefix) string {
	if !who.IsValid() {
		return "others"
	}
	return who.String()
}
