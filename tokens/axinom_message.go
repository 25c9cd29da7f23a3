package tokens

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// axinomTime is how the message writes an instant, in UTC; it holds whole seconds.
const axinomTime = "2006-01-02T15:04:05.000Z"

// An AxinomMessage is a licence service message around an entitlement message of
// version 2, which players send in X-AxDRM-Message.
type AxinomMessage struct {
	// License bounds the licences. Nil means that there is no such block.
	License *AxinomLicense
	// Keys are the content keys that may be licensed.
	Keys []AxinomKey
	// Begin and Expiration bound the use of the message. Zero means no such bound.
	Begin, Expiration time.Time
}

// An AxinomLicense is the span in which licences are valid. Neither end is zero.
type AxinomLicense struct {
	Start, Expiration time.Time
}

// An AxinomKey names a content key.
type AxinomKey struct {
	KID keyplan.KID
	// Encrypted is the content key (16 bytes), encrypted with the communication key. Nil
	// means that the licence service knows it.
	Encrypted []byte
	// IV is the explicitIV (16 bytes) that packagers use. Nil means none is named.
	IV []byte
	// UsagePolicy is the name of one that is defined. Empty means none.
	UsagePolicy string
}

// appendMessage appends the message as JSON: always the same bytes, without white space.
func (a *Axinom) appendMessage(b []byte, m AxinomMessage) []byte {
	b = strconv.AppendInt(append(b, `{"version":`...), int64(a.version), 10)
	b = append(append(b, `,"com_key_id":"`...), a.keyID...)
	b = m.License.append(append(b, `","message":{"type":"entitlement_message","version":2`...), a.terms)
	b = append(b, `,"content_keys_source":{"inline":[`...)
	for i, k := range m.Keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = k.append(b, a.seedID)
	}
	b = append(a.policies.append(append(b, `]}`...), m.Keys), a.tail...)
	b = appendTime(append(b, '}'), `,"begin_date":"`, m.Begin)
	b = appendTime(b, `,"expiration_date":"`, m.Expiration)
	return append(b, '}')
}

// append appends the license block, with further members.
func (l *AxinomLicense) append(b []byte, terms string) []byte {
	if l == nil {
		return b
	}
	b = appendTime(append(b, `,"license":{`...), `"start_datetime":"`, l.Start)
	b = appendTime(b, `,"expiration_datetime":"`, l.Expiration)
	return append(append(b, terms...), '}')
}

// append appends the key, and the UUID of its seed unless that is empty.
func (k AxinomKey) append(b []byte, seedID string) []byte {
	b = append(appendKID(append(b, `{"id":"`...), k.KID), '"')
	b = appendBytes(b, `,"encrypted_key":"`, k.Encrypted)
	b = appendBytes(b, `,"iv":"`, k.IV)
	if seedID != "" {
		b = append(append(append(b, `,"seed_id":"`...), seedID...), '"')
	}
	if k.UsagePolicy != "" {
		b = appendText(append(b, `,"usage_policy":`...), k.UsagePolicy)
	}
	return append(b, '}')
}

// appendTime appends a member whose name and opening quote are given, unless t is zero.
func appendTime(b []byte, member string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return append(t.UTC().AppendFormat(append(b, member...), axinomTime), '"')
}

// appendBytes appends a member with base64 text (RFC 4648, 4), unless v is nil.
func appendBytes(b []byte, member string, v []byte) []byte {
	if v == nil {
		return b
	}
	return append(base64.StdEncoding.AppendEncode(append(b, member...), v), '"')
}
