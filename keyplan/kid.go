package keyplan

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// A KID names a content key: 16 bytes in RFC 4122 order, as in an ISO/IEC 23001-7
// tenc box. It is bound to one key for ever.
type KID [16]byte

// ErrKID is what ParseKID wraps.
var ErrKID = errors.New("not a KID: want 32 hex digits, with or without the four hyphens of a UUID")

// ParseKID reads a KID in either letter case, with the hyphens of a UUID or none.
func ParseKID(s string) (KID, error) {
	var kid KID
	var digits [32]byte
	switch {
	case len(s) == 32:
		copy(digits[:], s)
	case len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-':
		copy(digits[:8], s[:8])
		copy(digits[8:12], s[9:13])
		copy(digits[12:16], s[14:18])
		copy(digits[16:20], s[19:23])
		copy(digits[20:], s[24:])
	default:
		return KID{}, fmt.Errorf("%q: %w", clip(s), ErrKID)
	}
	if _, err := hex.Decode(kid[:], digits[:]); err != nil {
		return KID{}, fmt.Errorf("%q: %w", clip(s), ErrKID)
	}
	return kid, nil
}

// String gives the lower-case UUID form, as CPIX and entitlement tokens write it.
func (k KID) String() string {
	var room [36]byte
	return string(k.Append(room[:0]))
}

// Append appends String, and allocates nothing for it.
func (k KID) Append(text []byte) []byte {
	var b [36]byte
	hex.Encode(b[0:8], k[0:4])
	hex.Encode(b[9:13], k[4:6])
	hex.Encode(b[14:18], k[6:8])
	hex.Encode(b[19:23], k[8:10])
	hex.Encode(b[24:36], k[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return append(text, b[:]...)
}

// MarshalText gives String, so that a KID is a UUID in JSON.
func (k KID) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what ParseKID reads.
func (k *KID) UnmarshalText(text []byte) error {
	parsed, err := ParseKID(string(text))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

// clip bounds what an error repeats of its input.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
