package signaling

import "strings"

// A System is the ID of a DRM system: a UUID in lower case, with hyphens
// (CPIX 2.4, DRMSystem@systemId).
type System string

// The systems that packagers ask for in SPEKE.
const (
	Widevine       System = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
	PlayReady      System = "9a04f079-9840-4286-ab92-e65be0885f95"
	FairPlay       System = "94ce86fb-07ff-4f43-adb8-93d2fa968ca2"
	Common         System = "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b" // W3C "cenc" initialization data
	ClearKey       System = "e2719d58-a985-b3c9-781a-b030af78d30e" // DASH-IF
	HLSAES128      System = "81376844-f976-481e-a84e-cc25d39b0b33" // SPEKE 1.0
	ClearKeyAES128 System = "3ea8778f-7742-4bf9-b18b-e834b2acbd47" // SPEKE 2.0 and 2.1
)

// The protection schemes of ISO/IEC 23001-7.
const (
	cenc = "cenc"
	cens = "cens"
	cbc1 = "cbc1"
	cbcs = "cbcs"
)

// ParseSystem reads a system ID in any letter case. It is false for what is not one of
// the constants above.
func ParseSystem(id string) (System, bool) {
	s := System(id)
	if !s.known() { // packagers that write capitals are few
		s = System(strings.ToLower(id))
	}
	if !s.known() {
		return "", false
	}
	return s, true
}

func (s System) known() bool {
	switch s {
	case Widevine, PlayReady, FairPlay, Common, ClearKey, HLSAES128, ClearKeyAES128:
		return true
	}
	return false
}

// Compatible reports whether content under a protection scheme ("cenc", "cens", "cbc1",
// "cbcs") can be played with s.
func (s System) Compatible(scheme string) bool {
	switch s {
	case Widevine, Common, ClearKey:
		return scheme == cenc || scheme == cens || scheme == cbc1 || scheme == cbcs
	case PlayReady:
		return scheme == cenc || scheme == cbcs
	case FairPlay:
		return scheme == cbcs
	case HLSAES128, ClearKeyAES128:
		return scheme == cbc1
	}
	return false
}
