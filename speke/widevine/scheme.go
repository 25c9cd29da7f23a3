package widevine

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A protectionScheme is a scheme as a message writes it: the name of an enumeration value
// (shaka-packager sends "CENC" or "CBCS"), or its number, which is the four characters
// big-endian: 1667591779 is cenc.
type protectionScheme keyplan.Scheme

var errScheme = errors.New("protection_scheme: want CENC, CENS, CBC1 or CBCS")

// UnmarshalJSON takes UNSPECIFIED and 0 for cenc, as the API does.
func (s *protectionScheme) UnmarshalJSON(text []byte) error {
	var name string
	var number uint32
	if json.Unmarshal(text, &number) == nil {
		name = string(binary.BigEndian.AppendUint32(nil, number))
	} else if err := json.Unmarshal(text, &name); err != nil {
		return errScheme
	}
	if name == "UNSPECIFIED" || name == "\x00\x00\x00\x00" {
		name = "CENC"
	}
	scheme := keyplan.Scheme(strings.ToLower(name))
	if !scheme.Valid() {
		return errScheme
	}
	*s = protectionScheme(scheme)
	return nil
}

// keyScheme is s, or cenc if the message names none.
func (s protectionScheme) keyScheme() keyplan.Scheme {
	if s == "" {
		return keyplan.CENC
	}
	return keyplan.Scheme(s)
}
