package source

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Random draws KIDs and keys from the operating system's random source. Two calls never
// give the same, whatever the place. The zero value is ready.
type Random struct{}

// Draw gives a random UUID (version 4, RFC 9562) and a random key of 16 bytes. It never
// fails.
func (Random) Draw(context.Context, keyplan.KeyRef) (keyplan.KID, keyplan.Secret, error) {
	var kid keyplan.KID
	var key [keySize]byte
	rand.Read(kid[:])
	rand.Read(key[:])
	return asUUID(kid, 4), keyplan.NewSecret(key[:]), nil
}

// Adopt gives a random key of 16 bytes, another one at each call. It never fails.
func (Random) Adopt(context.Context, string, keyplan.KID, time.Time) (keyplan.Secret, error) {
	var key [keySize]byte
	rand.Read(key[:])
	return keyplan.NewSecret(key[:]), nil
}
