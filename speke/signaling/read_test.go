package signaling_test

import (
	"encoding/binary"
	"encoding/hex"
	"testing"
)

// A box is a pssh box read back by code that shares nothing with the code under test.
type box struct {
	Version int
	System  string // 32 hex digits
	KIDs    [][16]byte
	Data    []byte
}

func readBox(t interface{ Fatalf(string, ...any) }, b []byte) box {
	if len(b) < 32 || int(binary.BigEndian.Uint32(b)) != len(b) || string(b[4:8]) != "pssh" {
		t.Fatalf("not one whole pssh box: %x", b)
	}
	if b[9]|b[10]|b[11] != 0 {
		t.Fatalf("flags are set: %x", b)
	}
	got := box{Version: int(b[8]), System: hex.EncodeToString(b[12:28])}
	rest := b[28:]
	if got.Version == 1 {
		count := int(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		for range count {
			got.KIDs = append(got.KIDs, [16]byte(rest))
			rest = rest[16:]
		}
	}
	if size := int(binary.BigEndian.Uint32(rest)); size != len(rest)-4 {
		t.Fatalf("data size %d, but %d bytes follow", size, len(rest)-4)
	}
	got.Data = rest[4:]
	return got
}

// A field is one field of a protobuf message: Text for wire type 2, Number for type 0.
type field struct {
	ID     int
	Text   string
	Number uint64
}

func readFields(t interface{ Fatalf(string, ...any) }, b []byte) []field {
	var fields []field
	for len(b) > 0 {
		tag := readVarint(t, &b)
		f := field{ID: int(tag >> 3)}
		switch n := readVarint(t, &b); tag & 7 {
		case 0:
			f.Number = n
		case 2:
			f.Text, b = string(b[:n]), b[n:]
		default:
			t.Fatalf("wire type %d in field %d", tag&7, f.ID)
		}
		fields = append(fields, f)
	}
	return fields
}

func readVarint(t interface{ Fatalf(string, ...any) }, b *[]byte) uint64 {
	var n uint64
	for shift := 0; len(*b) > 0; shift += 7 {
		c := (*b)[0]
		*b = (*b)[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	t.Fatalf("message ends within a number")
	return 0
}

func kid(t testing.TB, digits string) [16]byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != 16 {
		t.Fatalf("%q is not a KID", digits)
	}
	return [16]byte(b)
}
