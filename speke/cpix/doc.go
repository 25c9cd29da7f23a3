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
// so that printing a Document does not print them. Where a document names recipients,
// Encrypt makes the keys readable to them alone, and Append writes none in the clear.
//
// The package validates no schema and no certificate chain, fetches nothing, and knows
// neither clock nor network.
package cpix
