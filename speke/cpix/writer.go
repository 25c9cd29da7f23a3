package cpix

import (
	"strings"
	"unicode/utf8"
)

// A writer appends elements to what it holds. A start tag is open, so that attributes can
// follow, until content or an end closes it.
type writer struct {
	buf []byte
	doc *Document
}

// raw writes markup.
func (w *writer) raw(markup string) { w.buf = append(w.buf, markup...) }

// start opens a start tag; name has its prefix.
func (w *writer) start(name string) { w.buf = append(append(w.buf, '<'), name...) }

// attr writes an attribute if it is present.
func (w *writer) attr(name string, value Text) {
	if !value.Present {
		return
	}
	w.buf = append(append(append(w.buf, ' '), name...), `="`...)
	w.escape(value.Value)
	w.buf = append(w.buf, '"')
}

// content ends a start tag.
func (w *writer) content() { w.buf = append(w.buf, '>') }

// end writes an end tag.
func (w *writer) end(name string) {
	w.buf = append(append(append(w.buf, "</"...), name...), '>')
}

// text ends a start tag with the text of the element and its end tag, or makes it an
// empty-element tag.
func (w *writer) text(name, text string) {
	if text == "" {
		w.raw("/>")
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
		w.raw(s[:n])
		if s = s[n:]; s == "" {
			return
		}
		r, size := utf8.DecodeRuneInString(s)
		w.raw(escaped(r, size))
		s = s[size:]
	}
}

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
