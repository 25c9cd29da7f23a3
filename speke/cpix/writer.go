package cpix

import (
	"strings"
	"unicode/utf8"
)

// A writer appends elements to what it holds. A start tag is open, so that attributes can
// follow, until content or an end closes it.
type writer []byte

// start opens a start tag; name has its prefix.
func (w *writer) start(name string) {
	*w = append(*w, '<')
	*w = append(*w, name...)
}

// attr writes an attribute if it is present.
func (w *writer) attr(name string, value Text) {
	if !value.Present {
		return
	}
	*w = append(*w, ' ')
	*w = append(*w, name...)
	*w = append(*w, '=', '"')
	w.escape(value.Value)
	*w = append(*w, '"')
}

// content ends a start tag.
func (w *writer) content() { *w = append(*w, '>') }

// end writes an end tag.
func (w *writer) end(name string) {
	*w = append(*w, '<', '/')
	*w = append(*w, name...)
	*w = append(*w, '>')
}

// text ends a start tag with the text of the element and its end tag, or makes it an
// empty-element tag.
func (w *writer) text(name, text string) {
	if text == "" {
		*w = append(*w, '/', '>')
		return
	}
	w.content()
	w.escape(text)
	w.end(name)
}

// leaf writes an element with text and no attributes, if it is present.
func (w *writer) leaf(name string, text Text) {
	if text.Present {
		w.start(name)
		w.text(name, text.Value)
	}
}

// escape writes s so that it reads back the same, whether in text or in an attribute.
// What is no character of XML 1.0 becomes U+FFFD.
func (w *writer) escape(s string) {
	from := 0
	for i := 0; i < len(s); {
		if isPlain(s[i]) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if escaped := escapes(r, size); escaped != "" {
			*w = append(*w, s[from:i]...)
			*w = append(*w, escaped...)
			from = i + size
		}
		i += size
	}
	*w = append(*w, s[from:]...)
}

// isPlain reports whether c is ASCII and stands for itself everywhere.
func isPlain(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' && c != '"'
}

// escapes gives what stands for r, of size bytes, or "" if it stands for itself.
func escapes(r rune, size int) string {
	if at := strings.IndexRune("&<>\"\t\n\r", r); at >= 0 {
		return [...]string{"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"}[at]
	}
	if !isChar(r) || r == utf8.RuneError && size == 1 {
		return string(utf8.RuneError)
	}
	return ""
}
