package tokens

import (
	"slices"
	"time"
)

// A KeySet is the keys that sign the tokens of some formats, one after the other, so that a
// key can be changed without a token being refused. It is immutable.
type KeySet struct {
	// Algorithm is how they sign. A verifier takes no other, whatever a token says.
	Algorithm Algorithm
	keys      []SigningKey // by From; at least one
}

// Accepted are the keys whose tokens are good at now, by From: the one that signs, those
// before it until they end, and those that are to come.
func (s *KeySet) Accepted(now time.Time) []SigningKey {
	return slices.DeleteFunc(slices.Clone(s.keys), func(k SigningKey) bool { return k.over(now) })
}

// signing is the index of the key that signs at now: the newest that has begun, or the first
// of all.
func (s *KeySet) signing(now time.Time) int {
	for i, k := range slices.Backward(s.keys) {
		if k.begun(now) {
			return i
		}
	}
	return 0
}
