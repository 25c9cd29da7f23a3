package tokens

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// parseTemplate reads a JSON object with placeholders. It says what is wanted where the text
// is none, or would be none with other values.
func parseTemplate(text string) (*template, string) {
	r := &templateReader{rest: text}
	if want := r.read(); want != "" {
		return nil, want
	}
	t := &template{parts: r.parts}
	sample, _ := t.append(nil, blank("", Request{})) // it opens no key
	switch lists := slices.ContainsFunc(t.parts, part.isList); {
	case !isObject(sample):
		return nil, "a JSON object, once values stand in place of its placeholders"
	case repeatsName(sample):
		return nil, "each name once in an object"
	case !lists:
		return nil, "{{kids}} or {{kids_hex}}: without it a token names no key"
	}
	return t, ""
}

func (p part) isList() bool { return p.value != nil && p.value.list != nil }

// A templateReader cuts a text into parts. White space outside of strings is dropped.
type templateReader struct {
	rest   string
	parts  []part
	text   []byte // what was read since the last part
	quoted bool   // inside a string
	held   bool   // this string has a placeholder
}

func (r *templateReader) read() (want string) {
	for r.rest != "" && want == "" {
		switch c := r.rest[0]; {
		case strings.HasPrefix(r.rest, "{{"):
			want = r.placeholder()
		case c == '\\' && len(r.rest) > 1:
			r.take(2)
		case c == '"':
			want = r.quote()
		case !r.quoted && strings.ContainsRune(" \t\r\n", rune(c)):
			r.rest = r.rest[1:]
		default:
			r.take(1)
		}
	}
	r.flush()
	return want
}

func (r *templateReader) take(n int) {
	r.text = append(r.text, r.rest[:n]...)
	r.rest = r.rest[n:]
}

func (r *templateReader) flush() {
	if len(r.text) > 0 {
		r.parts = append(r.parts, part{text: string(r.text)})
		r.text = nil
	}
}

// quote begins or ends a string.
func (r *templateReader) quote() (want string) {
	r.take(1)
	r.quoted = !r.quoted
	if !r.quoted && r.held && strings.HasPrefix(strings.TrimLeft(r.rest, " \t\r\n"), ":") {
		return "placeholders in values only, not in names"
	}
	r.held = false
	return ""
}

func (r *templateReader) placeholder() (want string) {
	name, rest, ended := strings.Cut(r.rest[len("{{"):], "}}")
	name = strings.TrimSpace(name)
	v := values[name]
	switch {
	case !ended || v == nil:
		known := slices.Sorted(maps.Keys(values))
		return fmt.Sprintf("placeholders that are known: {{%s}}", strings.Join(known, "}}, {{"))
	case v.list != nil && r.quoted:
		return fmt.Sprintf("{{%s}} outside of quotes: it is a list", name)
	case !r.quoted && !r.alone(rest):
		return fmt.Sprintf("{{%s}} as a value of its own, or inside a string", name)
	}
	r.rest, r.held = rest, true
	r.flush()
	r.parts = append(r.parts, part{value: v, quoted: r.quoted})
	return ""
}

// alone reports whether what stands around a placeholder makes it a whole value.
func (r *templateReader) alone(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\r\n")
	after := rest != "" && strings.ContainsRune(",]}", rune(rest[0]))
	before := len(r.text) > 0 && bytes.IndexByte([]byte(":,["), r.text[len(r.text)-1]) >= 0
	return before && after
}

// isObject reports whether text is one JSON object.
func isObject(text []byte) bool {
	return json.Valid(text) && bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{"))
}

// repeatsName reports whether some object in text, which is JSON, has a name twice.
func repeatsName(text []byte) bool {
	r := jsonReader{rest: text}
	r.value()
	return r.repeated
}
