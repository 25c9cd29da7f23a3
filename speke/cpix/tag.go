package cpix

import "strings"

// A foreign attribute is one with a prefix. Nothing of it matters but that it does not stand
// twice. Its namespace is set once all of the tag is read, since the prefix may be declared
// further on.
type foreign struct{ prefix, uri, local string }

// startTag passes a start tag or an empty-element tag.
func (s *scanner) startTag() kind {
	switch {
	case s.finished:
		s.fail("a second root element")
	case s.depth() == maxDepth:
		s.fail("more than %d elements inside each other", maxDepth)
	}
	s.pos++
	begin, outer := s.pos, len(s.bindings)
	prefix, local := s.qName()
	s.open = append(s.open, element{s.text[begin:s.pos], outer})
	s.attributes(outer)
	if s.empty = s.peek(0) == '/'; s.empty {
		s.pos++
	}
	s.pass('>')
	s.name = name{s.resolve(prefix).space, local}
	s.checkAttrs()
	return startTag
}

// endTag passes an end tag.
func (s *scanner) endTag() kind {
	s.pos += len("</")
	begin := s.pos
	if n := s.depth(); n > 0 && s.at(s.open[n-1].spelled) {
		s.pos += len(s.open[n-1].spelled)
	}
	if s.pos == begin || s.peek(0) != '>' {
		s.pos = begin
		s.qName()
	}
	if s.depth() == 0 || s.open[s.depth()-1].spelled != s.text[begin:s.pos] {
		s.fail("end tag %q that matches no start tag", clip(s.text[begin:s.pos]))
		return nothing
	}
	s.blank()
	s.pass('>')
	return s.leave()
}

// leave closes the innermost element.
func (s *scanner) leave() kind {
	last := s.depth() - 1
	s.unbind(s.open[last].bindings)
	s.open = s.open[:last]
	s.finished = last == 0
	return endTag
}

// attributes passes what stands between a start tag's name and its end.
func (s *scanner) attributes(outer int) {
	s.attrs, s.foreign = s.attrs[:0], s.foreign[:0]
	for s.err == nil {
		spaced := s.blank()
		if c := s.peek(0); c == '>' || c == '/' {
			return
		}
		if !spaced {
			s.fail("want white space, %q or %q", ">", "/>")
			return
		}
		s.attribute(outer)
	}
}

func (s *scanner) attribute(outer int) {
	prefix := ""
	local, value, n := simpleAttribute(s.text[s.pos:])
	s.pos += n
	if n == 0 {
		prefix, local = s.qName()
		s.equals()
		value = s.attributeValue(s.quoted())
	}
	switch {
	case prefix == "xmlns":
		s.bind(local, value, outer)
	case prefix == "" && local == "xmlns":
		s.bind("", value, outer)
	case len(s.attrs)+len(s.foreign) == maxAttrs:
		s.fail("more than %d attributes", maxAttrs)
	case prefix != "":
		s.foreign = append(s.foreign, foreign{prefix: prefix, local: local})
	default:
		s.attrs = append(s.attrs, Attr{local, value})
	}
}

// simpleAttribute gives an attribute in the form that almost all have, and how long it is
// with its quotes: no prefix, no white space, and a value that stands for itself. For
// another it gives 0.
func simpleAttribute(s string) (local, value string, size int) {
	n := nameLength(s)
	if n == 0 || len(s) < n+2 || s[n] != '=' || s[n+1] != '"' {
		return "", "", 0
	}
	value = s[n+2:]
	end := plainLength(value)
	if end == len(value) || value[end] != '"' {
		return "", "", 0
	}
	return s[:n], value[:end], n + end + 3
}

// attributeValue gives what raw stands for.
func (s *scanner) attributeValue(raw string) string {
	if strings.Contains(raw, "<") {
		s.fail(`"<" in an attribute`)
	}
	return s.expand(raw, "&\t\n")
}

// checkAttrs refuses two attributes of the same expanded name. Those without a prefix have no
// namespace, whatever the default is.
func (s *scanner) checkAttrs() {
	for i := range s.attrs {
		for j := range i {
			if s.attrs[j].Name == s.attrs[i].Name {
				s.fail("attribute %q stands twice", clip(s.attrs[i].Name))
			}
		}
	}
	for i := range s.foreign {
		a := &s.foreign[i]
		a.uri = s.resolve(a.prefix).uri
		for j := range i {
			if earlier := &s.foreign[j]; earlier.local == a.local && earlier.uri == a.uri {
				s.fail("attribute %q stands twice", clip(a.local))
			}
		}
	}
}
