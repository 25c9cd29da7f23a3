package signaling

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
)

// signaling builds a version 0 box, whose KID stands in the header, as players expect of
// Widevine.
func (w WidevineSettings) signaling(k Key) Signaling {
	box := appendPSSH(nil, Widevine, w.appendHeader(nil, k, k.KID))
	return hlsKey{
		method:    drmMethod(k.Scheme),
		uri:       "data:text/plain;base64," + base64.StdEncoding.EncodeToString(box),
		keyFormat: "urn:uuid:" + string(Widevine),
	}.in(Signaling{PSSH: box, ContentProtectionData: appendContentProtection(nil, box)})
}

// Field numbers of the WidevinePsshData protobuf message.
const (
	wvKeyID         = 2  // bytes, 16, repeated
	wvProvider      = 3  // string
	wvContentID     = 4  // bytes
	wvPeriodIndex   = 7  // uint32
	wvScheme        = 9  // uint32, the scheme's four characters, big-endian
	wvPeriodSeconds = 10 // uint32
)

// appendHeader appends the WidevinePsshData message, fields in ascending order and only
// if they are set. The KIDs are those given, not k's.
func (w WidevineSettings) appendHeader(b []byte, k Key, kids ...[16]byte) []byte {
	for _, kid := range kids {
		b = appendBytesField(b, wvKeyID, string(kid[:]))
	}
	b = appendBytesField(b, wvProvider, w.Provider)
	b = appendBytesField(b, wvContentID, cmp.Or(w.ContentID, k.ContentID))
	periodic := w.PeriodFields && k.PeriodSeconds > 0
	if periodic {
		b = appendVarintField(b, wvPeriodIndex, k.PeriodIndex)
	}
	b = appendVarintField(b, wvScheme, binary.BigEndian.Uint32([]byte(k.Scheme)))
	if periodic {
		b = appendVarintField(b, wvPeriodSeconds, k.PeriodSeconds)
	}
	return b
}
