package signaling

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// isCanonical reports whether fragment can stand inside an element of a PlayReady Header:
// well-formed content that declares the prefixes it uses, written as canonical XML, which
// players expect byte for byte (PlayReady Header Specification, 3.2): explicit end tags,
// double quotes, declarations of namespaces before other attributes, each in alphabetical
// order, no CDATA, comments or processing instructions.
func isCanonical(fragment string) bool {
	decoder := xml.NewDecoder(strings.NewReader(fragment))
	var c canonicalizer
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return len(c.open) == 0 && string(c.b) == fragment
		}
		if err != nil || !c.write(token) {
			return false
		}
	}
}

// A canonicalizer writes tokens in canonical form.
type canonicalizer struct {
	b    []byte
	open []scope
}

// A scope is an element that is still open, and the prefixes that it declares.
type scope struct {
	name     xml.Name
	prefixes []string
}

// write appends a token. It is false for one that cannot stand where it stands.
func (c *canonicalizer) write(token xml.Token) bool {
	switch t := token.(type) {
	case xml.StartElement:
		return c.start(t)
	case xml.EndElement:
		return c.end(t.Name)
	case xml.CharData:
		c.b = append(c.b, escaped(string(t))...)
		return true
	}
	return false
}

func (c *canonicalizer) start(t xml.StartElement) bool {
	s := scope{name: t.Name}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" {
			s.prefixes = append(s.prefixes, a.Name.Local)
		}
	}
	c.open = append(c.open, s)
	c.b = append(c.b, "<"+qualified(t.Name)...)
	for _, a := range t.Attr {
		if !c.declared(a.Name) {
			return false
		}
		c.b = append(c.b, " "+qualified(a.Name)+`="`...)
		c.b = append(c.b, valueEscapes.Replace(a.Value)+`"`...)
	}
	c.b = append(c.b, '>')
	return t.Name.Space != "xmlns" && c.declared(t.Name) && ordered(t.Attr)
}

func (c *canonicalizer) end(name xml.Name) bool {
	last := len(c.open) - 1
	if last < 0 || c.open[last].name != name {
		return false
	}
	c.open = c.open[:last]
	c.b = append(c.b, "</"+qualified(name)+">"...)
	return true
}

// declared reports whether the prefix of a name is, or needs not be.
func (c *canonicalizer) declared(name xml.Name) bool {
	if strings.Contains(name.Local, ":") {
		return false
	}
	return slices.Contains([]string{"", "xml", "xmlns"}, name.Space) ||
		slices.ContainsFunc(c.open, func(s scope) bool { return slices.Contains(s.prefixes, name.Space) })
}

// ordered reports whether attributes are in their order and all different.
func ordered(attributes []xml.Attr) bool {
	for i, a := range attributes {
		if i > 0 && rank(attributes[i-1].Name) >= rank(a.Name) {
			return false
		}
	}
	return true
}

// rank sorts attributes: the default namespace, those of prefixes, then the others.
func rank(name xml.Name) string {
	switch {
	case name.Space == "" && name.Local == "xmlns":
		return "0"
	case name.Space == "xmlns":
		return "1" + name.Local
	}
	return "2" + qualified(name)
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}
