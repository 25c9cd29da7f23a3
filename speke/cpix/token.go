package cpix

import "strings"

// A kind says what a token is.
type kind int

const (
	nothing  kind = iota // the end of the document, or an error
	startTag             // name and attrs are set
	endTag
	charData // chars is set; an element's text may come in several
	passed   // something without meaning: a comment, a processing instruction
)

// next gives the next token that means something.
func (s *scanner) next() kind {
	if s.empty && s.err == nil {
		s.empty = false
		return s.leave()
	}
	for s.err == nil && s.pos < len(s.text) {
		if k := s.token(); k != passed && s.err == nil {
			return k
		}
	}
	switch {
	case s.depth() > 0:
		s.fail("element %q that does not end", clip(s.open[s.depth()-1].spelled))
	case !s.finished:
		s.fail("no root element")
	}
	return nothing
}

func (s *scanner) token() kind {
	if s.peek(0) != '<' {
		return s.characters()
	}
	switch s.peek(1) {
	case '/':
		return s.endTag()
	case '?':
		return s.instruction()
	case '!':
		return s.exclamation()
	}
	return s.startTag()
}

func (s *scanner) exclamation() kind {
	switch {
	case s.at("<!--"):
		return s.comment()
	case s.at("<![CDATA["):
		return s.cdata()
	}
	s.fail("a DOCTYPE or other markup declaration, which is refused")
	return nothing
}

func (s *scanner) characters() kind {
	if s.depth() == 0 {
		if !s.blank() {
			s.fail("text outside the root element")
		}
		return passed
	}
	raw := s.text[s.pos:]
	if n := strings.IndexByte(raw, '<'); n >= 0 {
		raw = raw[:n]
	}
	if s.closing && strings.Contains(raw, "]]>") {
		s.fail(`"]]>" in text`)
	}
	s.chars = raw
	if !s.literal {
		s.chars = s.expand(raw, "&")
	}
	s.pos += len(raw)
	return charData
}

func (s *scanner) cdata() kind {
	if s.depth() == 0 {
		s.fail("a CDATA section outside the root element")
		return nothing
	}
	s.pos += len("<![CDATA[")
	s.chars = s.until("]]>", "a CDATA section")
	return charData
}

func (s *scanner) comment() kind {
	s.pos += len("<!--")
	s.until("--", "a comment")
	s.pass('>') // "--" must not stand inside (XML 1.0, section 2.5)
	return passed
}

func (s *scanner) instruction() kind {
	s.pos += len("<?")
	target := s.ncName()
	switch {
	case target == "":
		s.fail("a processing instruction without a target")
	case strings.EqualFold(target, "xml"):
		s.fail("an XML declaration that is not at the very beginning, or has no version")
	case !s.at("?>") && !s.blank():
		s.fail("want white space or %q", "?>")
	}
	s.until("?>", "a processing instruction")
	return passed
}
