package keyplan

import (
	"bytes"
	"errors"
)

// A Secret holds secret bytes (a content key is 16) so that they cannot be printed
// by accident: being a closure it has no fields for a formatter or encoder to walk,
// and encoding/json refuses it. Nobody outside this package has the argument that it takes,
// so that Reveal is the only way to the bytes. The nil Secret holds nothing.
type Secret func(opening) []byte

// An opening is what a Secret wants to see before it opens.
type opening struct{ _ struct{} }

// NewSecret keeps a copy of b.
func NewSecret(b []byte) Secret {
	kept := bytes.Clone(b)
	return func(opening) []byte { return kept }
}

// Reveal gives the bytes, which the caller must not change. It is called only where
// they leave for the wire or the store, or enter a cipher; a test lists the places.
func (s Secret) Reveal() []byte {
	if s == nil {
		return nil
	}
	return s(opening{})
}

// MarshalText refuses: no encoder may write a secret.
func (s Secret) MarshalText() ([]byte, error) {
	return nil, errors.New("a secret is never encoded")
}
