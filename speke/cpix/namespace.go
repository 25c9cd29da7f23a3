package cpix

import "slices"

// Namespaces of the elements that are read and written, with the prefixes of the output.
const (
	uriCPIX  = "urn:dashif:org:cpix"                  // cpix
	uriPSKC  = "urn:ietf:params:xml:ns:keyprov:pskc"  // pskc
	uriDS    = "http://www.w3.org/2000/09/xmldsig#"   // ds
	uriENC   = "http://www.w3.org/2001/04/xmlenc#"    // enc
	uriSPEKE = "urn:aws:amazon:com:speke"             // speke, in SPEKE 1.0 only
	uriXML   = "http://www.w3.org/XML/1998/namespace" // xml, which is never declared
	uriDecl  = "http://www.w3.org/2000/xmlns/"        // xmlns, which cannot be declared
)

// A namespace is one of those in which elements are known, or 0 for any other and none.
type namespace byte

const (
	nsCPIX namespace = iota + 1
	nsPSKC
	nsDS
	nsENC
	nsSPEKE
)

func namespaceOf(uri string) namespace {
	switch uri {
	case uriCPIX:
		return nsCPIX
	case uriPSKC:
		return nsPSKC
	case uriDS:
		return nsDS
	case uriENC:
		return nsENC
	case uriSPEKE:
		return nsSPEKE
	}
	return 0
}

// A name is the expanded name of an element, as far as it matters.
type name struct {
	space namespace
	local string
}

// A binding is a prefix, or "" for the default, and the namespace it stands for.
type binding struct {
	prefix, uri string
	space       namespace
}

// predeclare puts the bindings in force that hold outside the root element: the default is
// none.
func (s *scanner) predeclare() {
	s.bindings = append(slices.Grow(s.bindings, few), binding{}, binding{prefix: "xml", uri: uriXML})
}

// bind declares a namespace in the element that is being read; outer is how many
// bindings were in force before it (Namespaces in XML 1.0, section 3).
func (s *scanner) bind(prefix, uri string, outer int) {
	switch {
	case prefix == "xmlns", uri == uriDecl, (prefix == "xml") != (uri == uriXML):
		s.fail("a declaration that misuses a reserved prefix or namespace")
	case prefix != "" && uri == "":
		s.fail("prefix %q is undeclared, which Namespaces 1.0 forbids", clip(prefix))
	case len(s.bindings) == maxBindings:
		s.fail("more than %d namespaces are declared", maxBindings-2)
	}
	for _, b := range s.bindings[outer:] {
		if b.prefix == prefix {
			s.fail("namespace prefix %q is declared twice", clip(prefix))
		}
	}
	s.bindings = append(s.bindings, binding{prefix, uri, namespaceOf(uri)})
	s.usual = len(s.bindings) - 1
}

// unbind leaves the first n bindings in force.
func (s *scanner) unbind(n int) {
	if n < len(s.bindings) {
		s.bindings, s.usual = s.bindings[:n], n-1
	}
}

// resolve gives what a prefix stands for, until the next declaration. It is nearly always the
// usual one.
func (s *scanner) resolve(prefix string) *binding {
	if b := &s.bindings[s.usual]; b.prefix == prefix {
		return b
	}
	for i := len(s.bindings) - 1; i >= 0; i-- {
		if s.bindings[i].prefix == prefix {
			s.usual = i
			return &s.bindings[i]
		}
	}
	s.fail("namespace prefix %q is not declared", clip(prefix))
	return &s.bindings[0]
}
