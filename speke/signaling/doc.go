// Package signaling builds what tells a player how to get a licence for one content
// key: the pssh box, the DASH ContentProtection fragment and the HLS playlist lines of
// one DRM system (CPIX 2.4, DRMSystem).
//
// It is a pure function of a channel's Settings and a Key. Nothing of the request
// enters, so that redundant packagers, the announcement feed and every replica get the
// same bytes; and a Key names its own KID only, so that a player never asks for keys of
// another track or period.
//
// It signals Widevine and the W3C common system. It knows the system IDs of others only
// to say which protection schemes go with them. It holds no content keys, does not
// encode for CPIX (base64 around whole values is the caller's) and imports the standard
// library only.
package signaling
