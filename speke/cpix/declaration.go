package cpix

import "strings"

// declaration passes the XML declaration, which must agree with how the document is
// stored (XML 1.0, sections 2.8 and 4.3.3).
func (s *scanner) declaration(stored encoding) {
	s.pos += len("<?xml")
	version, _ := s.pseudo("version")
	if !isVersion(version) {
		s.fail("an XML declaration without a version 1.x")
	}
	if declared, ok := s.pseudo("encoding"); ok && !stored.declaredAs(declared) {
		s.fail("encoding %q is declared, but %s is what it is stored in, or none that is read", clip(declared), stored)
	}
	if alone, ok := s.pseudo("standalone"); ok && alone != "yes" && alone != "no" {
		s.fail("standalone is neither yes nor no")
	}
	s.blank()
	if !s.at("?>") {
		s.fail("want %q", "?>")
		return
	}
	s.pos += len("?>")
}

// pseudo passes name="value" if name comes next.
func (s *scanner) pseudo(name string) (value string, ok bool) {
	start := s.pos
	if !s.blank() || !s.at(name) {
		s.pos = start
		return "", false
	}
	s.pos += len(name)
	s.equals()
	return s.quoted(), true
}

func (s *scanner) equals() {
	s.blank()
	s.pass('=')
	s.blank()
}

// quoted passes a literal in either kind of quotes and gives what is between them.
func (s *scanner) quoted() string {
	quote := s.peek(0)
	if s.err != nil || quote != '"' && quote != '\'' {
		s.fail("want a quoted value")
		return ""
	}
	s.pos++
	n := strings.IndexByte(s.text[s.pos:], quote)
	if n < 0 {
		s.fail("a quoted value that does not end")
		return ""
	}
	s.pos += n + 1
	return s.text[s.pos-n-1 : s.pos-1]
}

// isVersion reports whether v is 1.x: a processor of XML 1.0 reads them all as 1.0
// (section 2.8).
func isVersion(v string) bool {
	minor, ok := strings.CutPrefix(v, "1.")
	return ok && minor != "" && strings.Trim(minor, "0123456789") == ""
}
