// Package cpix reads and writes CPIX documents, in which an encryptor asks a key
// provider for content keys and signaling (DASH-IF CPIX 2.0 to 2.4, as SPEKE uses it).
//
// Read is strict about XML and lenient about CPIX. What is not well-formed XML 1.0 with
// namespaces is refused with ErrMalformed, and so is every DOCTYPE; elements are known
// by namespace URI, never by prefix, in any order, and unknown ones are skipped. Values
// stay as they came, letter case included, and what was absent is told apart from what
// was empty. Whether a Document makes sense is for its reader to say.
//
// A Document is answered by changing it in place and writing it with Append, whose
// output is always well-formed and reads back equal. Content keys pass through closures,
// so that printing a Document does not print them.
//
// The package validates no schema, fetches nothing, and knows neither clock nor network.
package cpix

// Namespaces of the elements that are read and written, with the prefixes of the output.
const (
	nsCPIX = "urn:dashif:org:cpix"                  // cpix
	nsPSKC = "urn:ietf:params:xml:ns:keyprov:pskc"  // pskc
	nsDS   = "http://www.w3.org/2000/09/xmldsig#"   // ds
	nsXML  = "http://www.w3.org/XML/1998/namespace" // xml, which is never declared
	nsDecl = "http://www.w3.org/2000/xmlns/"        // xmlns, which cannot be declared
)
