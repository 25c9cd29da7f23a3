package seal

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Lengths in bytes.
const (
	localSize = 32 // a local key
	keySize   = 16 // a content key
	idSize    = 8  // what ID shows
)

// What separates the uses of a local key. Whoever changes one can open nothing.
const (
	labelID      = "keyrotor seal v1 ID"
	labelChannel = "keyrotor seal v1 channel"
)

// format is the first byte of what is sealed.
const format = 1

// ErrSealed is wrapped by Open for what does not open: it was changed, was sealed for
// another place or KID, or with another local key.
var ErrSealed = errors.New("sealed key does not open")

// A Local seals with AES-256-GCM under a key of its own for each channel, derived by
// HKDF-SHA-256 from one local key. It is safe for concurrent use. A channel's nonces are
// random and stay safe for 2³² seals (NIST SP 800-38D, 8.3).
type Local struct {
	prk keyplan.Secret // the local key after HKDF's first step
	id  string

	mu       sync.Mutex             // guards channels
	channels map[string]cipher.AEAD // by channel ID
}

// NewLocal seals with key, which is 32 bytes.
func NewLocal(key keyplan.Secret) (*Local, error) {
	if n := len(key.Reveal()); n != localSize {
		return nil, fmt.Errorf("local sealing key of %d bytes, want %d", n, localSize)
	}
	prk, err := hkdf.Extract(sha256.New, key.Reveal(), nil)
	if err != nil {
		return nil, fmt.Errorf("local sealing key: %w", err)
	}
	l := &Local{prk: keyplan.NewSecret(prk), channels: make(map[string]cipher.AEAD)}
	id, err := l.expand(idSize, labelID)
	if err != nil {
		return nil, err
	}
	l.id = hex.EncodeToString(id)
	return l, nil
}

// ID is a fingerprint of the local key, 16 hex digits. It tells nothing of the key and
// may be stored and printed.
func (l *Local) ID() string { return l.id }

// Seal encrypts key, which is 16 bytes. The result is the format byte, a random nonce of
// 12 bytes, the encrypted key and a tag of 16 bytes; no two results are the same.
func (l *Local) Seal(_ context.Context, at keyplan.KeyRef, kid keyplan.KID, key keyplan.Secret) ([]byte, error) {
	if n := len(key.Reveal()); n != keySize {
		return nil, fmt.Errorf("seal %s: content key of %d bytes, want %d", place(at), n, keySize)
	}
	aead, err := l.channel(at.Channel)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", place(at), err)
	}
	return aead.Seal([]byte{format}, nil, key.Reveal(), additionalData(at, kid)), nil
}

// Open gives the key that was sealed for the same at and kid, or wraps ErrSealed.
func (l *Local) Open(_ context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error) {
	aead, err := l.channel(at.Channel)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", place(at), err)
	}
	if len(sealed) == 0 || sealed[0] != format {
		return nil, fmt.Errorf("open %s: %w", place(at), ErrSealed)
	}
	key, err := aead.Open(nil, nil, sealed[1:], additionalData(at, kid))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", place(at), ErrSealed)
	}
	return keyplan.NewSecret(key), nil
}

// channel gives the cipher of one channel, which puts a random nonce before what it
// encrypts.
func (l *Local) channel(id string) (cipher.AEAD, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if aead, ok := l.channels[id]; ok {
		return aead, nil
	}
	aead, err := l.newCipher(id)
	if err != nil {
		return nil, err
	}
	l.channels[id] = aead
	return aead, nil
}

func (l *Local) newCipher(channel string) (cipher.AEAD, error) {
	key, err := l.expand(localSize, labelChannel, channel)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (l *Local) expand(size int, fields ...string) ([]byte, error) {
	return hkdf.Expand(sha256.New, l.prk.Reveal(), string(join(fields...)), size)
}

// place names a key in errors.
func place(at keyplan.KeyRef) string {
	return fmt.Sprintf("the key of channel %q, period %s, track %q, scheme %q, generation %d",
		at.Channel, at.Start.UTC().Format(time.RFC3339), at.Track, at.Scheme, at.Generation)
}
