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
	for {
		n := plainLength(s)
		*w = append(*w, s[:n]...)
		if s = s[n:]; s == "" {
			return
		}
		r, size := utf8.DecodeRuneInString(s)
		*w = append(*w, escaped(r, size)...)
		s = s[size:]
	}
}

// plainLength gives how many bytes s begins with that are ASCII and stand for themselves
// everywhere.
func plainLength(s string) int {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || uint64(markup)>>c&1 != 0 {
			return i
		}
	}
	return len(s)
}

// markup has a bit for each character of ASCII that does not stand for itself everywhere.
const markup = 1<<' ' - 1 | 1<<'&' | 1<<'<' | 1<<'>' | 1<<'"'

// escaped gives what stands for r, which is size bytes long.
func escaped(r rune, size int) string {
	if at := strings.IndexRune("&<>\"\t\n\r", r); at >= 0 {
		return [...]string{"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"}[at]
	}
	if !isChar(r) || r == utf8.RuneError && size == 1 {
		return string(utf8.RuneError)
	}
	return string(r)
}
