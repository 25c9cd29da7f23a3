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
	// Channel is the ID of the key's channel, for URI templates.
	Channel string
	// ContentID names the content to Widevine unless the Settings do, and to URI
	// templates, where an empty one means Channel. It is the channel's, never one that
	// the request brought. Empty means none.
	ContentID string
	// IV is the explicit initialization vector (16 bytes), for URI templates. Nil means
	// none.
	IV []byte
	// Check is PlayReady's key-check value: the first 8 bytes of the KID, in GUID byte
	// order, encrypted with the content key (AES-128-ECB). Nil leaves it out.
	Check []byte
}

// A Signaling is what one DRM system needs to find the licence of one Key. What the
// system does not have is empty.
type Signaling struct {
	// PSSH is the whole pssh box (ISO/IEC 23001-7, 8.1).
	PSSH []byte
	// ContentProtectionData is the XML that goes into the DASH ContentProtection
	// element, before the base64 that CPIX puts around it.
	ContentProtectionData []byte
	// ProtectionHeader is the PlayReady Object: SPEKE 1.0's speke:ProtectionHeader and
	// CPIX's SmoothStreamingProtectionHeaderData.
	ProtectionHeader []byte
	// HLSMedia is a whole #EXT-X-KEY line and HLSMaster the #EXT-X-SESSION-KEY line of
	// the same attributes, without line end. Both are empty where HLS has no way to name
	// the system or the scheme.
	HLSMedia, HLSMaster string
	// URI, KeyFormat and KeyFormatVersions are what HLSMedia says in the attributes of
	// these names: SPEKE 1.0's URIExtXKey, speke:KeyFormat and speke:KeyFormatVersions.
	URI, KeyFormat, KeyFormatVersions string
}

// For builds the signaling of k for one system by settings that Check has accepted. It is
// false if they do not support the system, if k's scheme is not compatible with it, or if
// they want an IV that k lacks.
func (s Settings) For(system System, k Key) (Signaling, bool) {
	if !s.Supports(system) || !system.Compatible(k.Scheme) {
		return Signaling{}, false
	}
	switch system {
	case Widevine:
		return s.Widevine.signaling(k), true
	case PlayReady:
		return s.PlayReady.signaling(k), true
	case FairPlay:
		return s.FairPlay.signaling(k)
	case Common:
		return common(k), true
	case ClearKey:
		return s.ClearKey.signaling(k), true
	}
	return s.AES128.signaling(k), true
}

// Supports reports whether For signals a system for keys of a compatible scheme.
func (s Settings) Supports(system System) bool {
	switch system {
	case Widevine, PlayReady, FairPlay, Common, ClearKey:
		return true
	case HLSAES128, ClearKeyAES128:
		return s.AES128.URI != ""
	}
	return false
}
