package signaling

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// appendPSSH appends a pssh box (ISO/IEC 23001-7, 8.1): version 1 with a list of KIDs,
// or version 0 if there are none. Numbers are big-endian, flags are zero.
func appendPSSH(b []byte, system System, data []byte, kids ...[16]byte) []byte {
	start := len(b)
	b = slices.Grow(b, 36+16*len(kids)+len(data))
	b = append(b, 0, 0, 0, 0, 'p', 's', 's', 'h', byte(min(len(kids), 1)), 0, 0, 0)
	b = system.append(b)
	if len(kids) > 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(len(kids)))
	}
	for _, kid := range kids {
		b = append(b, kid[:]...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start))
	return b
}

// append appends the 16 bytes of s, which is one of the constants.
func (s System) append(b []byte) []byte {
	for group := range strings.SplitSeq(string(s), "-") {
		b, _ = hex.AppendDecode(b, []byte(group))
	}
	return b
}
