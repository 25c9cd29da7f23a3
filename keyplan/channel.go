package keyplan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Track is an intendedTrackType: "VIDEO", "AUDIO", "SD+HD1", "ALL" …
type Track string

// MaxTracks is how many tracks a channel may have.
const MaxTracks = 16

// A ChannelConfig describes one live service.
type ChannelConfig struct {
	// ID names the channel in URLs, records and logs.
	ID string `yaml:"id"`
	// ContentIDs are the CPIX@contentId values under which packagers ask for this
	// channel. Nil means its ID alone.
	ContentIDs []string `yaml:"content_ids"`
	// Tracks are the intendedTrackType values that get keys of their own.
	Tracks []Track `yaml:"tracks"`
	// Schemes are the protection schemes; there is a key for each track and scheme.
	// Nil means cbcs alone.
	Schemes []Scheme `yaml:"schemes"`
	// Policy names one of the policies.
	Policy string `yaml:"policy"`
}

// A Channel is a live service whose tracks share one plan, feed and set of tokens.
type Channel struct {
	ID         string
	ContentIDs []string // at least one
	Tracks     []Track  // 1 to MaxTracks
	Schemes    []Scheme // at least one
	Policy     *Policy
}

// NewChannel checks c completely; policy is the one that c names, or nil if that one
// is itself in error.
func NewChannel(c ChannelConfig, policy *Policy) (*Channel, Problems) {
	var ps Problems
	checkName(&ps, "id", c.ID)
	ch := &Channel{ID: c.ID, ContentIDs: c.ContentIDs, Tracks: c.Tracks, Schemes: c.Schemes, Policy: policy}
	if len(ch.ContentIDs) == 0 {
		ch.ContentIDs = []string{c.ID}
	}
	if len(ch.Schemes) == 0 {
		ch.Schemes = []Scheme{CBCS}
	}
	for i, id := range c.ContentIDs {
		key := fmt.Sprintf("content_ids[%d]", i)
		checkName(&ps, key, id)
		if slices.Contains(c.ContentIDs[:i], id) {
			ps.Add(key, "a content ID that is not listed before")
		}
	}
	ch.checkTracks(&ps)
	ch.checkSchemes(&ps)
	return ch, ps
}

func (ch *Channel) checkTracks(ps *Problems) {
	if len(ch.Tracks) == 0 || len(ch.Tracks) > MaxTracks {
		ps.Add("tracks", "1 to %d track types, such as [VIDEO, AUDIO]", MaxTracks)
	}
	for i, t := range ch.Tracks {
		key := fmt.Sprintf("tracks[%d]", i)
		checkName(ps, key, string(t))
		if slices.Contains(ch.Tracks[:i], t) {
			ps.Add(key, "a track type that is not listed before")
		}
	}
}

func (ch *Channel) checkSchemes(ps *Problems) {
	for i, s := range ch.Schemes {
		key := fmt.Sprintf("schemes[%d]", i)
		if !s.Valid() {
			ps.Add(key, "cenc, cens, cbc1 or cbcs")
		}
		if slices.Contains(ch.Schemes[:i], s) {
			ps.Add(key, "a scheme that is not listed before")
		}
	}
}

// checkName holds names to what is safe in a URL path, a log line and XML 1.0.
func checkName(ps *Problems, key, name string) {
	bad := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("/\ufffd\ufffe\uffff", r)
	}
	switch {
	case name == "" || len(name) > 256:
		ps.Add(key, "1 to 256 bytes")
	case strings.HasPrefix(name, "~"):
		ps.Add(key, "a name that does not begin with ~ (reserved)")
	case name == "." || name == "..":
		ps.Add(key, "a name other than . and .. (a URL path drops them)")
	case strings.ContainsFunc(name, bad):
		ps.Add(key, "no white space, control characters or slashes")
	}
}

// A KeyRef says which content key is meant: the key of a channel's track and scheme in
// the period that begins at Start. Generation is 0 unless the first key was revoked
// before anybody used it.
type KeyRef struct {
	Channel    string
	Start      time.Time
	Track      Track
	Scheme     Scheme
	Generation int
}

// A KeySource gives the key for a place in the plan. It may draw a new one at each
// call (source/random) or always compute the same (source/derived); the store decides
// which of several draws counts. The key is 16 bytes.
type KeySource interface {
	Draw(ctx context.Context, at KeyRef) (KID, Secret, error)
}

// A Sealer encrypts content keys at rest. What it seals for one KeyRef and KID opens
// only for the same.
type Sealer interface {
	Seal(ctx context.Context, at KeyRef, kid KID, key Secret) ([]byte, error)
	Open(ctx context.Context, at KeyRef, kid KID, sealed []byte) (Secret, error)
}
