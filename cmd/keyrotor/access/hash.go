package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// Hash gives what the *_sha256 fields hold for secret: 64 lower-case hex digits.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Generate draws 32 bytes and gives them in base64url without padding: 43 letters
// that go into a header, a URL or YAML as they are.
func Generate() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
