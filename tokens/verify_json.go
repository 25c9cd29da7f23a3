package tokens

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// A jsonValue is a part of JSON text: an object with its members, a list with its items, or
// anything else as it is written.
type jsonValue struct {
	text    []byte
	members members // nil if it is no object
	items   []jsonValue
	list    bool
}

// readMembers takes one JSON object in UTF-8, and nothing behind it, that has each name once,
// and so has each object in it; not deeper than maxDepth.
func readMembers(text []byte) (members, bool) {
	if !utf8.Valid(text) || deep(text) || !isObject(text) {
		return nil, false
	}
	r := jsonReader{rest: text}
	m := r.value().members
	return m, !r.repeated
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

// A jsonReader takes JSON apart that is known to be JSON, each byte once. What it gives are
// parts of the text.
type jsonReader struct {
	rest     []byte
	repeated bool // some object had a name twice
}

func (r *jsonReader) value() jsonValue {
	r.pass()
	switch r.rest[0] {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		return jsonValue{text: r.quoted()}
	}
	return jsonValue{text: r.take(bytes.IndexAny(r.rest, ",]} \t\r\n"))} // an object ends behind it
}

func (r *jsonReader) object() jsonValue {
	r.take(1)
	all := members{}
	for r.pass(); r.rest[0] != '}'; r.pass() {
		name := unquoted(r.quoted())
		same := func(m member) bool { return bytes.Equal(m.name, name) }
		r.repeated = r.repeated || slices.ContainsFunc(all, same)
		all = append(all, member{name, r.value()})
	}
	r.take(1)
	return jsonValue{members: all}
}

func (r *jsonReader) array() jsonValue {
	r.take(1)
	var items []jsonValue
	for r.pass(); r.rest[0] != ']'; r.pass() {
		items = append(items, r.value())
	}
	r.take(1)
	return jsonValue{items: items, list: true}
}

// pass goes by what stands between values and names.
func (r *jsonReader) pass() { r.rest = bytes.TrimLeft(r.rest, ",: \t\r\n") }

func (r *jsonReader) take(n int) []byte {
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// quoted takes a string with its quotes.
func (r *jsonReader) quoted() []byte {
	end := 1
	for r.rest[end] != '"' {
		if r.rest[end] == '\\' {
			end++
		}
		end++
	}
	return r.take(end + 1)
}

// unquoted is what a string says.
func unquoted(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	var s string
	_ = json.Unmarshal(text, &s) // it is JSON
	return []byte(s)
}
