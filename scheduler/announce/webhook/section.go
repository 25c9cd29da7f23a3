package webhook

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A Section is the webhooks of a configuration.
type Section []TargetConfig

// A TargetConfig is one webhook.
type TargetConfig struct {
	// Name stands in records, logs and metrics: how far the target was told is kept under it.
	Name string `yaml:"name"`
	// URL is where events are posted. It is a secret, since it may carry one.
	URL keyplan.Secret `yaml:"url"`
	// Secrets sign: each is whsec_ and the base64 of 24 to 64 bytes. There are several while
	// one takes another's place, and then as many signatures.
	Secrets []keyplan.Secret `yaml:"secrets"`
	// Channels are those whose events are wanted. Nil means all.
	Channels keyplan.ChannelIDs `yaml:"channels"`
	// Events are the types that are wanted. Nil means all that are pushed.
	Events []announce.Type `yaml:"events"`
	// Timeout is how long a request may take. Nil means 10 s.
	Timeout *time.Duration `yaml:"timeout"`
	// MaxAge is for how long an event is tried. Nil means 24 h.
	MaxAge *time.Duration `yaml:"max_age"`
	// AllowPrivate lets the target be in a private network, and speak HTTP without TLS.
	AllowPrivate bool `yaml:"allow_private"`
}

// What a TargetConfig may hold.
const (
	maxName        = 64
	maxSecrets     = 4
	secretPrefix   = "whsec_"
	leastSecret    = 24 // bytes
	mostSecret     = 64 // bytes
	defaultTimeout = 10 * time.Second
	longestTimeout = time.Minute
	// longestAge is for how long the feed holds every event at least.
	longestAge = keyplan.PurgeAfter
)

// pushed are the types that come from the feed. Begun and ended are for who is connected.
var pushed = []announce.Type{announce.Announced, announce.Rotated, announce.Revoked}

// NewTargets checks a Section completely.
func NewTargets(s Section) ([]*Target, keyplan.Problems) {
	var ps keyplan.Problems
	var targets []*Target
	for i, c := range s {
		target, problems := newTarget(c)
		key := fmt.Sprintf("[%d]", i)
		ps.Under(key, problems)
		if slices.ContainsFunc(targets, func(t *Target) bool { return t.Name == c.Name }) {
			ps.Add(key+".name", "a name that is not listed before")
		}
		targets = append(targets, target)
	}
	return targets, ps
}

func newTarget(c TargetConfig) (*Target, keyplan.Problems) {
	var ps keyplan.Problems
	t := &Target{
		Name: c.Name, Channels: c.Channels, Events: c.Events, AllowPrivate: c.AllowPrivate,
		Timeout: or(c.Timeout, defaultTimeout), MaxAge: or(c.MaxAge, longestAge),
	}
	if t.Events == nil {
		t.Events = pushed
	}
	checkName(&ps, c.Name)
	t.Origin = checkURL(&ps, c)
	t.url = c.URL
	t.secrets = decodeSecrets(&ps, c.Secrets)
	c.Channels.Check(&ps)
	checkEvents(&ps, t.Events)
	if t.Timeout < time.Second || t.Timeout > longestTimeout {
		ps.Add("timeout", "a duration from 1s to %v", longestTimeout)
	}
	if t.MaxAge < time.Minute || t.MaxAge > longestAge {
		ps.Add("max_age", "a duration from 1m to %v, for which every feed holds its events", longestAge)
	}
	return t, ps
}

func or(d *time.Duration, otherwise time.Duration) time.Duration {
	if d == nil {
		return otherwise
	}
	return *d
}

func checkName(ps *keyplan.Problems, name string) {
	odd := func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, odd) {
		ps.Add("name", "1 to %d letters, digits, - and _", maxName)
	}
}

// checkURL gives what of the URL is no secret. An address that is refused when it is dialled
// is refused at once if the URL has it.
func checkURL(ps *keyplan.Problems, c TargetConfig) (origin string) {
	u, err := url.Parse(string(c.URL.Reveal()))
	tls := err == nil && u.Scheme == "https" || err == nil && u.Scheme == "http" && c.AllowPrivate
	if !tls || u.Hostname() == "" || u.Fragment != "" || u.Opaque != "" {
		ps.Add("url", "an https URL without a fragment; http too with allow_private: true")
		return ""
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err == nil && !c.AllowPrivate && !Public(addr) {
		ps.Add("url", "an address of the public internet, or allow_private: true")
	}
	return u.Scheme + "://" + u.Host
}

func decodeSecrets(ps *keyplan.Problems, written []keyplan.Secret) []keyplan.Secret {
	if len(written) == 0 || len(written) > maxSecrets {
		ps.Add("secrets", "1 to %d secrets", maxSecrets)
	}
	var secrets []keyplan.Secret
	for i, s := range written {
		text, prefixed := strings.CutPrefix(string(s.Reveal()), secretPrefix)
		secret, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !prefixed || len(secret) < leastSecret || len(secret) > mostSecret {
			ps.Add(fmt.Sprintf("secrets[%d]", i), "%s and the base64 of %d to %d random bytes", secretPrefix, leastSecret, mostSecret)
			continue
		}
		secrets = append(secrets, keyplan.NewSecret(secret))
	}
	return secrets
}

func checkEvents(ps *keyplan.Problems, events []announce.Type) {
	if len(events) == 0 {
		ps.Add("events", "at least one of announced, rotated and revoked")
	}
	for i, e := range events {
		if !slices.Contains(pushed, e) || slices.Contains(events[:i], e) {
			ps.Add(fmt.Sprintf("events[%d]", i), "announced, rotated or revoked, each once")
		}
	}
}
