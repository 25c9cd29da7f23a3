// Package signaling builds what tells a player how to get a licence for one content
// key: the pssh box, the DASH ContentProtection fragment, the HLS playlist lines and the
// Smooth Streaming header of one DRM system (CPIX 2.4, DRMSystem; SPEKE 1.0).
//
// It is a pure function of a channel's Settings and a Key. Nothing of the request
// enters, so that redundant packagers, the announcement feed and every replica get the
// same bytes; and a Key names its own KID only, so that a player never asks for keys of
// another track or period.
//
// It signals the seven systems that packagers ask for in SPEKE: Widevine, PlayReady,
// FairPlay, the W3C common system, DASH-IF ClearKey and the two IDs of HLS AES-128. It
// holds no content keys, does not encode for CPIX (base64 around whole values is the
// caller's) and imports the standard library only.
package signaling
