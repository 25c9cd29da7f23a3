package signaling_test

import (
	"encoding/binary"
	"unicode/utf16"
)

// readObject gives the header of a PlayReady Object with one record, read back by code
// that shares nothing with the code under test.
func readObject(t interface{ Fatalf(string, ...any) }, b []byte) string {
	if len(b) < 10 || len(b)%2 != 0 || int(binary.LittleEndian.Uint32(b)) != len(b) {
		t.Fatalf("not one whole object: %x", b)
	}
	records, kind, size := b[4:6], b[6:8], b[8:10]
	if string(records) != "\x01\x00" || string(kind) != "\x01\x00" || int(binary.LittleEndian.Uint16(size)) != len(b)-10 {
		t.Fatalf("not one header record of %d bytes: %x", len(b)-10, b[4:10])
	}
	units := make([]uint16, 0, len(b)/2)
	for text := b[10:]; len(text) > 0; text = text[2:] {
		units = append(units, uint16(text[0])|uint16(text[1])<<8)
	}
	return string(utf16.Decode(units))
}
