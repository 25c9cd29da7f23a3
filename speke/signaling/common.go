package signaling

// common builds the W3C common initialization data: a version 1 box that lists the KID
// and has no data. There is no HLS KEYFORMAT for it, so both lines stay empty.
func common(k Key) Signaling {
	box := appendPSSH(nil, Common, nil, k.KID)
	return Signaling{PSSH: box, ContentProtectionData: appendContentProtection(nil, box)}
}
