package signaling

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"unicode/utf16"
)

// signaling builds a version 0 box whose data is the PlayReady Object, and the same object
// for DASH, HLS and Smooth Streaming.
func (p PlayReadySettings) signaling(k Key) Signaling {
	object := appendObject(nil, p.header(k))
	box := appendPSSH(nil, PlayReady, object)
	return hlsKey{
		method:    drmMethod(k.Scheme),
		uri:       "data:text/plain;charset=UTF-16;base64," + base64.StdEncoding.EncodeToString(object),
		keyFormat: "com.microsoft.playready",
		uriLast:   true,
	}.in(Signaling{
		PSSH:                  box,
		ContentProtectionData: appendPro(appendContentProtection(nil, box), object),
		ProtectionHeader:      object,
	})
}

// rightsManagement is the type of the record that holds a PlayReady Header.
const rightsManagement = 1

// appendObject appends the PlayReady Object of one record: length of the whole, number of
// records; type, length and text of the record. Numbers are little-endian, lengths in
// bytes (PlayReady Header Specification, 2).
func appendObject(b []byte, header string) []byte {
	text := appendUTF16(nil, header)
	b = slices.Grow(b, 10+len(text))
	b = binary.LittleEndian.AppendUint32(b, uint32(10+len(text)))
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, rightsManagement)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}

// appendUTF16 appends s in UTF-16, little-endian, without a byte-order mark.
func appendUTF16(b []byte, s string) []byte {
	b = slices.Grow(b, 2*len(s))
	var pair [2]uint16
	for _, r := range s {
		for _, unit := range utf16.AppendRune(pair[:0], r) {
			b = binary.LittleEndian.AppendUint16(b, unit)
		}
	}
	return b
}

// guid is a KID in base64, in the byte order of Microsoft's GUID: the first three groups
// are little-endian.
func guid(kid [16]byte) string {
	swapped := [16]byte{
		kid[3], kid[2], kid[1], kid[0], kid[5], kid[4], kid[7], kid[6],
		kid[8], kid[9], kid[10], kid[11], kid[12], kid[13], kid[14], kid[15],
	}
	return base64.StdEncoding.EncodeToString(swapped[:])
}
