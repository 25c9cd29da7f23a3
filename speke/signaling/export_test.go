package signaling

// For tests of layouts that production never asks for: boxes that list two KIDs.
var AppendPSSH = appendPSSH

func AppendWidevineHeader(b []byte, w WidevineSettings, k Key, kids ...[16]byte) []byte {
	return w.appendHeader(b, k, kids...)
}
