package tokens

import (
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"github.com/keyrotor/keyrotor/keyplan"
)

// appendText appends s as a JSON string (RFC 8259, 7), in its quotes.
func appendText(b []byte, s string) []byte {
	return append(appendEscaped(append(b, '"'), s), '"')
}

// appendEscaped appends what stands between the quotes of a JSON string. What is not UTF-8
// becomes U+FFFD.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

const hexDigits = "0123456789abcdef"

// appendList appends what form appends of each KID, as a JSON array of strings.
func appendList(b []byte, keys []Key, form kidForm) []byte {
	b = append(b, '[')
	for i := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(form(append(b, '"'), keys[i].KID), '"')
	}
	return append(b, ']')
}

// A kidForm appends a KID, always in as many characters.
type kidForm func(b []byte, kid keyplan.KID) []byte

// appendKID appends the KID's String.
func appendKID(b []byte, kid keyplan.KID) []byte { return kid.Append(b) }

// kidCost is how many bytes a KID takes in such an array.
const kidCost = len(`,""`) + 36

// appendSeconds appends seconds since the Unix epoch.
func appendSeconds(b []byte, seconds int64) []byte { return strconv.AppendInt(b, seconds, 10) }

// appendDigits appends the 32 hex digits of a KID.
func appendDigits(b []byte, kid keyplan.KID) []byte { return hex.AppendEncode(b, kid[:]) }
