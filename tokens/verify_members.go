package tokens

import (
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// members are those of a JSON object, in its order. Names count letter for letter.
type members []member

type member struct {
	name  []byte
	value jsonValue
}

func (m members) get(name string) (jsonValue, bool) {
	for i := range m {
		if string(m[i].name) == name {
			return m[i].value, true
		}
	}
	return jsonValue{}, false
}

func (m members) has(name string) bool {
	_, ok := m.get(name)
	return ok
}

// text is a member that is a string.
func (m members) text(name string) (string, bool) {
	v, _ := m.get(name)
	return v.string()
}

// string is a value that is a string.
func (v jsonValue) string() (string, bool) {
	if len(v.text) == 0 || v.text[0] != '"' {
		return "", false
	}
	return string(unquoted(v.text)), true
}

// object is a member that is an object.
func (m members) object(name string) (members, bool) {
	v, _ := m.get(name)
	return v.members, v.members != nil
}

// list are the items of a member that is a list.
func (m members) list(name string) ([]jsonValue, bool) {
	v, _ := m.get(name)
	return v.items, v.list
}

// latestInstant is in the year 33658, in seconds. Beyond what a time.Time holds, later ones
// would be earlier.
const latestInstant = 999_999_999_999

// instant is a member that is a NumericDate in whole seconds (RFC 7519, 2).
func (m members) instant(name string) (time.Time, bool) {
	v, _ := m.get(name)
	n, err := strconv.ParseInt(string(v.text), 10, 64)
	return time.Unix(n, 0).UTC(), err == nil && n >= 0 && n <= latestInstant
}

// date is a member that is a time in RFC 3339.
func (m members) date(name string) (time.Time, bool) {
	text, ok := m.text(name)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), err == nil
}

// readKIDs reads values that are KIDs, each a string. Cloud DRM's "*", every key of its account,
// is none: a token that does not say which keys it is for would be for those of all channels.
func readKIDs(values []jsonValue) ([]keyplan.KID, bool) {
	all := make([]keyplan.KID, len(values))
	for i, v := range values {
		text, _ := v.string()
		kid, err := keyplan.ParseKID(text)
		if err != nil {
			return nil, false
		}
		all[i] = kid
	}
	return all, true
}
