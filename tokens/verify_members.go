package tokens

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// members are those of a JSON object, by name, each letter for letter.
type members map[string]json.RawMessage

// readMembers takes one JSON object in UTF-8, and nothing behind it, that has each name once,
// and so has each object in it; not deeper than maxDepth.
func readMembers(text []byte) (members, bool) {
	if !utf8.Valid(text) || deep(text) || !isObject(text) || repeatsName(text) {
		return nil, false
	}
	var m members
	return m, json.Unmarshal(text, &m) == nil
}

// maxDepth is deeper than the claims of any format.
const maxDepth = 32

// deep reports whether objects and lists in text, if that is JSON, stand in each other deeper
// than maxDepth.
func deep(text []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '{' || c == '['):
			depth++
		case !quoted && (c == '}' || c == ']'):
			depth--
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

func (m members) has(name string) bool { return m[name] != nil }

// text is a member that is a string; null is an empty one.
func (m members) text(name string) (s string, ok bool) {
	return s, json.Unmarshal(m[name], &s) == nil
}

// object is a member that is an object. It is a part of one that readMembers took.
func (m members) object(name string) (inner members, ok bool) {
	return inner, m.has(name) && json.Unmarshal(m[name], &inner) == nil && inner != nil
}

// latestInstant is in the year 33658, in seconds. Beyond what a time.Time holds, later ones
// would be earlier.
const latestInstant = 999_999_999_999

// instant is a member that is a NumericDate in whole seconds (RFC 7519, 2).
func (m members) instant(name string) (time.Time, bool) {
	n, err := strconv.ParseInt(string(m[name]), 10, 64)
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
