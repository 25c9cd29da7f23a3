package cpix

import (
	"slices"
	"strings"
)

// Limits of what is read, whatever its size: they keep the work linear in the input.
const (
	maxDepth    = 32 // elements inside each other
	maxAttrs    = 64 // attributes of one element, declarations of namespaces not counted
	maxBindings = 66 // declarations of namespaces in force at one place, two of them predeclared
)

// few is how many elements, attributes and bindings there is room for at first.
const few = 8

// A scanner cuts a document into tokens and checks that it is well-formed XML 1.0 with
// namespaces. It copies nothing but values that hold references or line ends, so tokens
// share memory with the text. Once err is set it stays where it is.
type scanner struct {
	text     string
	pos      int
	err      error
	open     []element
	bindings []binding
	usual    int  // the binding that was declared or used last of those in force
	literal  bool // there is no reference in the text
	closing  bool // there is a "]]>" in the text
	finished bool // the root element is closed
	empty    bool // an empty-element tag was the last token: its end is the next

	// The last token, valid until the next.
	name    name
	attrs   []Attr    // those without a prefix
	foreign []foreign // the others
	chars   string
}

// An element is one that is open: its name as spelled, and how many bindings were in
// force outside it.
type element struct {
	spelled  string
	bindings int
}

// begin decodes data and reads the XML declaration, if there is one.
func (s *scanner) begin(data []byte) {
	text, enc, err := decode(data)
	s.text, s.err = text, err
	s.literal, s.closing = strings.IndexByte(text, '&') < 0, strings.Contains(text, "]]>")
	s.open, s.attrs = slices.Grow(s.open, few), slices.Grow(s.attrs, few)
	s.predeclare()
	const start = "<?xml"
	if err == nil && s.at(start) && len(text) > len(start) && isSpace(text[len(start)]) {
		s.declaration(enc)
	}
}

// forget makes a new scanner of an old one, and keeps the memory.
func (s *scanner) forget() {
	*s = scanner{open: wiped(s.open), bindings: wiped(s.bindings), attrs: wiped(s.attrs), foreign: wiped(s.foreign)}
}

// wiped is s without anything in it, nor behind its end.
func wiped[T any](s []T) []T {
	clear(s[:cap(s)])
	return s[:0]
}

// fail keeps the first error, at the place that was reached.
func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = malformed(s.text[:s.pos], format, args...)
	}
}

// depth is how many elements are open.
func (s *scanner) depth() int { return len(s.open) }

// peek gives the byte that is n further on, or 0, which no document holds, behind the end.
func (s *scanner) peek(n int) byte {
	if at := s.pos + n; at < len(s.text) {
		return s.text[at]
	}
	return 0
}

// at reports whether what follows begins with want.
func (s *scanner) at(want string) bool { return strings.HasPrefix(s.text[s.pos:], want) }

// pass passes c, which must follow.
func (s *scanner) pass(c byte) {
	if s.peek(0) != c {
		s.fail("want %q", string(rune(c)))
		return
	}
	s.pos++
}

// until passes what comes before end, and end, and gives the former; what names it in
// errors.
func (s *scanner) until(end, what string) string {
	n := strings.Index(s.text[s.pos:], end)
	if n < 0 {
		s.fail("%s that does not end", what)
		return ""
	}
	body := s.text[s.pos : s.pos+n]
	s.pos += n + len(end)
	return body
}

// blank passes white space and reports whether there was any.
func (s *scanner) blank() bool {
	start := s.pos
	for isSpace(s.peek(0)) {
		s.pos++
	}
	return s.pos > start
}

// ncName passes a name without a colon and gives it, or "" if there is none.
func (s *scanner) ncName() string {
	rest := s.text[s.pos:]
	n := nameLength(rest)
	s.pos += n
	return rest[:n]
}

// qName passes a name with an optional prefix; it must be there.
func (s *scanner) qName() (prefix, local string) {
	if usual := s.bindings[s.usual].prefix; usual != "" && s.at(usual) && s.peek(len(usual)) == ':' {
		s.pos += len(usual) + 1
		prefix, local = usual, s.ncName()
	} else if local = s.ncName(); local != "" && s.peek(0) == ':' {
		s.pos++
		prefix, local = local, s.ncName()
	}
	if local == "" {
		s.fail("want a name")
	}
	return prefix, local
}
