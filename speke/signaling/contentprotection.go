package signaling

import "encoding/base64"

// appendContentProtection appends the cenc:pssh element with box in base64
// (ISO/IEC 23001-7, 11.2).
func appendContentProtection(b, box []byte) []byte {
	b = append(b, `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">`...)
	b = base64.StdEncoding.AppendEncode(b, box)
	return append(b, "</cenc:pssh>"...)
}

// appendPro appends the mspr:pro element with a PlayReady Object in base64 (DASH Content
// Protection using Microsoft PlayReady, 2.1).
func appendPro(b, object []byte) []byte {
	b = append(b, `<mspr:pro xmlns:mspr="urn:microsoft:playready">`...)
	b = base64.StdEncoding.AppendEncode(b, object)
	return append(b, "</mspr:pro>"...)
}
