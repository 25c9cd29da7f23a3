package speke

import (
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Channel is a channel as packagers see it.
type Channel struct {
	*keyplan.Channel
	Settings
}

// Settings are what a channel's section says of its packagers.
type Settings struct {
	// Bindings fixes how a content ID's period indexes count; that of a pattern is for all of
	// its channels. A content ID that is not in it is bound when its first index is asked.
	Bindings map[string]BindingConfig `yaml:"bindings"`
	// V1Track is the track whose key SPEKE 1.0 gets, which names none. Empty means ALL.
	V1Track keyplan.Track `yaml:"v1_track"`
	// V1Scheme is the scheme whose key SPEKE 1.0 gets. Empty means cbcs if FairPlay is asked
	// for, cbc1 if HLS AES-128 is, and else cenc.
	V1Scheme keyplan.Scheme `yaml:"v1_scheme"`
	// FairPlayPSSH leaves an empty PSSH where one is asked for under FairPlay, which has
	// none. Without it the element is left out.
	FairPlayPSSH bool `yaml:"fairplay_pssh"`
}

// Under are the settings of a channel that is created under a pattern: what Bindings says of
// the pattern holds for each of its channels.
func (s Settings) Under(pattern, id string) Settings {
	if b, ok := s.Bindings[pattern]; ok {
		s.Bindings = map[string]BindingConfig{id: b}
	}
	return s
}

// Validate refuses what does not fit the channel that the settings are for.
func (s Settings) Validate(c keyplan.ChannelConfig) keyplan.Problems {
	var ps keyplan.Problems
	ids := c.ContentIDs
	if len(ids) == 0 {
		ids = []string{c.ID}
	}
	for id, b := range s.Bindings {
		ps.Under("bindings."+id, b.Validate())
		if !slices.Contains(ids, id) {
			ps.Add("bindings."+id, "one of the channel's content_ids")
		}
	}
	anyTrack := slices.Contains(c.Tracks, keyplan.AnyTrack)
	if s.V1Track != "" && !anyTrack && !slices.Contains(c.Tracks, s.V1Track) {
		ps.Add("v1_track", "one of the channel's tracks")
	}
	schemes := c.Schemes
	if len(schemes) == 0 {
		schemes = []keyplan.Scheme{keyplan.CBCS}
	}
	if s.V1Scheme != "" && !slices.Contains(schemes, s.V1Scheme) {
		ps.Add("v1_scheme", "one of the channel's schemes")
	}
	return ps
}
