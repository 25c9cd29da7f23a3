package cpix

import (
	"encoding/base64"
	"errors"
	"strings"
)

// ErrBase64 is what DecodeBase64 gives; it repeats nothing of the value.
var ErrBase64 = errors.New("not base64")

// DecodeBase64 reads what the field writes as base64: with white space anywhere, with or
// without padding, with bits in the last character that stand for nothing.
func DecodeBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, space) {
		s = strings.Join(strings.Fields(s), "")
	}
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return nil, ErrBase64
	}
	return data, nil
}
