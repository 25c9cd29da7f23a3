package cpix

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// expand replaces the references in raw by what they stand for. Special is what is looked
// for: the ampersand and, in attributes, white space, which turns into blanks unless it
// was written as a reference (XML 1.0, sections 3.3.3 and 4.1).
func (s *scanner) expand(raw, special string) string {
	if !strings.ContainsAny(raw, special) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for next := strings.IndexAny(raw, special); next >= 0; next = strings.IndexAny(raw, special) {
		out = append(out, raw[:next]...)
		raw = raw[next:]
		if raw[0] != '&' {
			out, raw = append(out, ' '), raw[1:]
			continue
		}
		body, rest, ended := strings.Cut(raw[1:], ";")
		if !ended {
			s.fail("a reference that does not end")
			return ""
		}
		out, raw = utf8.AppendRune(out, s.reference(body)), rest
	}
	return string(append(out, raw...))
}

// reference gives the character that a reference stands for; body is what is between
// the ampersand and the semicolon.
func (s *scanner) reference(body string) rune {
	if digits, ok := strings.CutPrefix(body, "#x"); ok {
		return s.charReference(digits, 16)
	}
	if digits, ok := strings.CutPrefix(body, "#"); ok {
		return s.charReference(digits, 10)
	}
	switch body {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	s.fail("an entity that is not predefined")
	return 0
}

func (s *scanner) charReference(digits string, base int) rune {
	n, err := strconv.ParseUint(digits, base, 31)
	if err != nil || !isChar(rune(n)) {
		s.fail("a reference to a character that XML 1.0 does not allow")
		return 0
	}
	return rune(n)
}
