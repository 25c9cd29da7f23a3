package signaling

import "unicode/utf8"

// Settings are a channel's signaling settings. The zero value is complete.
type Settings struct {
	Widevine WidevineSettings `yaml:"widevine"`
}

// WidevineSettings decide which optional fields a Widevine header carries.
type WidevineSettings struct {
	// Provider is the content provider's name at the licence service. Empty leaves the
	// field out.
	Provider string `yaml:"provider"`
	// ContentID is the content's name at the licence service. Empty means Key.ContentID.
	ContentID string `yaml:"content_id"`
	// PeriodFields adds the key period's index and length. Off by default: the index is
	// Key.PeriodIndex, which a licence service rarely knows.
	PeriodFields bool `yaml:"period_fields"`
}

// maxField is the longest Provider or ContentID, in bytes: a header travels in every
// init segment and playlist.
const maxField = 256

// Check calls add for each problem: the key below this section in YAML names, and what
// is wanted there.
func (s Settings) Check(add func(key, want string)) {
	for _, field := range []struct{ key, value string }{
		{"widevine.provider", s.Widevine.Provider},
		{"widevine.content_id", s.Widevine.ContentID},
	} {
		if len(field.value) > maxField || !utf8.ValidString(field.value) {
			add(field.key, "at most 256 bytes of UTF-8")
		}
	}
}
