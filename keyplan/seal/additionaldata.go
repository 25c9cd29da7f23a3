package seal

import (
	"encoding/binary"

	"github.com/keyrotor/keyrotor/keyplan"
)

// additionalData is what a sealed key is bound to: the format and all that names the
// place, in whole seconds, and the KID.
func additionalData(at keyplan.KeyRef, kid keyplan.KID) []byte {
	return join(
		string([]byte{format}), at.Channel, number(at.Start.Unix()),
		string(at.Track), string(at.Scheme), number(int64(at.Generation)), string(kid[:]),
	)
}

// join puts before each field its length (4 bytes, big-endian), so that no two lists of
// fields have the same bytes.
func join(fields ...string) []byte {
	size := 0
	for _, field := range fields {
		size += 4 + len(field)
	}
	b := make([]byte, 0, size)
	for _, field := range fields {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	return b
}

// number is 8 bytes, big-endian.
func number(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)))
}
