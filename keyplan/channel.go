package keyplan

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
)

// A Track is an intendedTrackType: "VIDEO", "AUDIO", "SD+HD1", "ALL" …
type Track string

// MaxTracks is how many tracks a channel may have.
const MaxTracks = 16

// A ChannelConfig describes one live service.
type ChannelConfig struct {
	// ID names the channel in URLs, records and logs. With a * in it, the section is for a
	// Pattern.
	ID string `yaml:"id"`
	// ContentIDs are the CPIX@contentId values under which packagers ask for this
	// channel. Nil means its ID alone.
	ContentIDs []string `yaml:"content_ids"`
	// Tracks are the intendedTrackType values that get keys of their own; [any] means those
	// that packagers ask for.
	Tracks []Track `yaml:"tracks"`
	// Schemes are the protection schemes; there is a key for each track and scheme.
	// Nil means cbcs alone.
	Schemes []Scheme `yaml:"schemes"`
	// KID says whose KIDs are used, "override" or "adopt". Empty means override.
	KID KIDPolicy `yaml:"kid"`
	// Policy names one of the policies.
	Policy string `yaml:"policy"`
	// PatternConfig is for a pattern only.
	PatternConfig `yaml:",inline"`
}

// A KIDPolicy says whose KIDs a channel's content keys have.
type KIDPolicy string

const (
	// Override: ours. Packagers take them from the answer.
	Override KIDPolicy = "override"
	// Adopt: those that packagers ask with.
	Adopt KIDPolicy = "adopt"
)

// AnyTrack, alone among the tracks of a configuration, stands for whatever packagers ask for.
const AnyTrack Track = "any"

// A Channel is a live service whose tracks share one plan, feed and set of tokens.
type Channel struct {
	ID         string
	ContentIDs []string // at least one
	Tracks     []Track  // 1 to MaxTracks; nil if Any
	Any        bool     // tracks are those that packagers ask for (see Plan.Tracks)
	Schemes    []Scheme // at least one
	KID        KIDPolicy
	Policy     *Policy
}

// NewChannel checks c completely; policy is the one that c names, or nil if that one
// is itself in error.
func NewChannel(c ChannelConfig, policy *Policy) (*Channel, Problems) {
	var ps Problems
	checkName(&ps, "id", c.ID)
	if !c.IsPattern() {
		c.checkNone(&ps)
	}
	ch := &Channel{ID: c.ID, ContentIDs: c.ContentIDs, Tracks: c.Tracks, Schemes: c.Schemes, KID: c.KID, Policy: policy}
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
	if slices.Equal(c.Tracks, []Track{AnyTrack}) {
		ch.Tracks, ch.Any = nil, true
	}
	ch.checkTracks(&ps)
	ch.checkSchemes(&ps)
	ch.checkKID(&ps)
	return ch, ps
}

func (ch *Channel) checkKID(ps *Problems) {
	ch.KID = cmp.Or(ch.KID, Override)
	if ch.KID != Override && ch.KID != Adopt {
		ps.Add("kid", "override or adopt")
	}
}

func (ch *Channel) checkTracks(ps *Problems) {
	if ch.Any {
		return
	}
	if len(ch.Tracks) == 0 || len(ch.Tracks) > MaxTracks {
		ps.Add("tracks", "1 to %d track types, such as [VIDEO, AUDIO], or [any]", MaxTracks)
	}
	for i, t := range ch.Tracks {
		key := fmt.Sprintf("tracks[%d]", i)
		checkName(ps, key, string(t))
		if slices.Contains(ch.Tracks[:i], t) {
			ps.Add(key, "a track type that is not listed before")
		}
		if t == AnyTrack {
			ps.Add(key, "any alone, or a track type")
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

// planned are the tracks that new periods get keys for. Where KIDs are adopted there are
// none: each gets its key when it is asked for.
func (ch *Channel) planned(p *Plan) []Track {
	switch {
	case ch.KID == Adopt:
		return nil
	case ch.Any:
		return p.Tracks()
	}
	return ch.Tracks
}

// pairs yields each of the tracks with each of the channel's schemes.
func (ch *Channel) pairs(tracks []Track) iter.Seq2[Track, Scheme] {
	return func(yield func(Track, Scheme) bool) {
		for _, track := range tracks {
			for _, scheme := range ch.Schemes {
				if !yield(track, scheme) {
					return
				}
			}
		}
	}
}
