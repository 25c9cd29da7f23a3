// Package source says where content keys come from: drawn at random, or derived from
// root secrets.
//
// Random gives a new KID and key at every call; the store decides which draw counts.
// Derived computes both from a root secret and the place in the plan, so that replicas
// that cannot reach each other still agree.
//
// A KID never tells anything about its key, and no root is ever printed. The package
// keeps nothing: what it gave is remembered only by who stored it, and a derived key
// cannot be taken back while its root exists.
package source
