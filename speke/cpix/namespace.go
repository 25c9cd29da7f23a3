package cpix

// A name is an expanded name: a namespace URI, or none, and a local name.
type name struct {
	space, local string
}

// A binding is a prefix, or "" for the default, and the namespace URI it stands for.
type binding struct {
	prefix, uri string
}

// bind declares a namespace in the element that is being read; outer is how many
// bindings were in force before it (Namespaces in XML 1.0, section 3).
func (s *scanner) bind(prefix, uri string, outer int) {
	switch {
	case prefix == "xmlns", uri == nsDecl, (prefix == "xml") != (uri == nsXML):
		s.fail("a declaration that misuses a reserved prefix or namespace")
	case prefix != "" && uri == "":
		s.fail("prefix %q is undeclared, which Namespaces 1.0 forbids", clip(prefix))
	case len(s.bindings) == maxBindings:
		s.fail("more than %d namespaces are declared", maxBindings)
	}
	for _, b := range s.bindings[outer:] {
		if b.prefix == prefix {
			s.fail("namespace prefix %q is declared twice", clip(prefix))
		}
	}
	s.bindings = append(s.bindings, binding{prefix, uri})
}

// resolve gives the namespace URI of a prefix; without a default, that of "" is "".
func (s *scanner) resolve(prefix string) string {
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if s.bindings[i].prefix == prefix {
			return s.bindings[i].uri
		}
	}
	switch prefix {
	case "":
	case "xml":
		return nsXML
	default:
		s.fail("namespace prefix %q is not declared", clip(prefix))
	}
	return ""
}
