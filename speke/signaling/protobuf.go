package signaling

import "encoding/binary"

// Wire types of the protobuf encoding.
const (
	wireVarint = 0
	wireBytes  = 2
)

// appendBytesField appends a length-delimited field, or nothing if it is empty.
func appendBytesField(b []byte, number uint64, value string) []byte {
	if value == "" {
		return b
	}
	b = binary.AppendUvarint(b, number<<3|wireBytes)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

// appendVarintField appends an unsigned number, zero too.
func appendVarintField(b []byte, number uint64, value uint32) []byte {
	b = binary.AppendUvarint(b, number<<3|wireVarint)
	return binary.AppendUvarint(b, uint64(value))
}
