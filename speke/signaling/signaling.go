package signaling

// A Key is what signaling says of a content key. It never holds the key itself.
type Key struct {
	// KID is in RFC 4122 byte order, as in a tenc box.
	KID [16]byte
	// Scheme is "cenc", "cens", "cbc1" or "cbcs".
	Scheme string
	// PeriodIndex is the key period's own index, whatever number the packager used.
	PeriodIndex uint32
	// PeriodSeconds is the length of the key period. 0 means a static key, which
	// belongs to no period.
	PeriodSeconds uint32
	// ContentID names the content to Widevine unless the Settings do. It is the
	// channel's, never one that the request brought. Empty means none.
	ContentID string
}

// A Signaling is what one DRM system needs to find the licence of one Key.
type Signaling struct {
	// PSSH is the whole pssh box (ISO/IEC 23001-7, 8.1).
	PSSH []byte
	// ContentProtectionData is the XML that goes into the DASH ContentProtection
	// element, before the base64 that CPIX puts around it.
	ContentProtectionData []byte
	// HLSMedia is a whole #EXT-X-KEY line and HLSMaster the #EXT-X-SESSION-KEY line of
	// the same attributes, without line end. Both are empty where HLS has no way to name
	// the system or the scheme.
	HLSMedia, HLSMaster string
}

// For builds the signaling of k for one system. It is false if the system is not
// supported or k's scheme is not compatible with it.
func (s Settings) For(system System, k Key) (Signaling, bool) {
	if !system.Compatible(k.Scheme) {
		return Signaling{}, false
	}
	switch system {
	case Widevine:
		return s.Widevine.signaling(k), true
	case Common:
		return common(k), true
	}
	return Signaling{}, false
}
