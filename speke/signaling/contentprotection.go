package signaling

import "encoding/base64"

// appendContentProtection appends the cenc:pssh element with box in base64
// (ISO/IEC 23001-7, 11.2).
func appendContentProtection(b, box []byte) []byte {
	b = append(b, `<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">`...)
	b = base64.StdEncoding.AppendEncode(b, box)
	return append(b, "</cenc:pssh>"...)
}
