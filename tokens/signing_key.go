package tokens

import (
	"crypto"
	"fmt"
	"time"
)

// A SigningKey is one key of a KeySet. The key itself is in closures, so that it cannot be
// printed.
type SigningKey struct {
	// ID is the JOSE kid. Empty means that tokens name no key.
	ID string
	// From is when it begins to sign. Until is from when on its tokens are refused; zero
	// means never.
	From, Until time.Time

	size   int              // of a signature, in bytes
	public crypto.PublicKey // nil for HMAC
	sign   func(signed string) ([]byte, error)
	verify func(signed string, signature []byte) error
}

// Verify fails unless signature is the key's, by the algorithm of its set, over signed: the
// first two parts of a token, with the dot between them.
func (k SigningKey) Verify(signed string, signature []byte) error {
	if err := k.verify(signed, signature); err != nil {
		return fmt.Errorf("verify token by signing key %q: %w", k.ID, err)
	}
	return nil
}

// begun reports whether k signs at now, unless a newer key does.
func (k SigningKey) begun(now time.Time) bool { return !k.From.After(now) }

// over reports whether the tokens of k are refused at now.
func (k SigningKey) over(now time.Time) bool { return !k.Until.IsZero() && !k.Until.After(now) }

// newSigningKey lets a method of golang-jwt sign with private and verify with public.
func newSigningKey(c SigningKeyConfig, a Algorithm, pair keyPair) SigningKey {
	method := a.method()
	k := SigningKey{ID: c.ID, From: c.From, Until: c.Until, size: pair.signatureSize}
	k.sign = func(signed string) ([]byte, error) {
		signature, err := method.Sign(signed, pair.private)
		if err != nil {
			return nil, fmt.Errorf("sign token by signing key %q: %w", c.ID, err)
		}
		return signature, nil
	}
	k.verify = func(signed string, signature []byte) error {
		return method.Verify(signed, signature, pair.public)
	}
	if a != HS256 {
		k.public = pair.public
	}
	return k
}
