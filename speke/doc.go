// Package speke answers packagers (encryptors) that ask for content keys by SPEKE, the
// Secure Packager and Encoder Key Exchange, of AWS: an HTTP POST of a CPIX document that
// comes back with keys, KIDs and DRM signaling filled in.
//
// The packager decides when it switches keys, the plan decides which key a period gets.
// The same request gets the same answer from every replica, before and after a restart.
// A period that cannot be answered fails the whole document with a clear error: a wrong
// 200 costs the live event, an error only a retry.
//
// A packager names a period by an index, which a binding ties to time, or by its start and
// end. What it got once it gets again, whatever happens to policy, plan or binding.
//
// This package speaks SPEKE 1.0, 2.0 (CPIX 2.3) and 2.1 (CPIX 2.4). Where a document names
// recipients their certificates are believed: who may ask is for the caller's credential.
package speke
