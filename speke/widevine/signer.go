package widevine

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

const (
	signingKeySize = 32  // bytes; AES-256
	signingIVSize  = 16  // bytes
	maxSigner      = 128 // bytes of a name, since it becomes part of record names
)

// A Signer is who may sign messages, and for which channels. NewSigners makes it.
type Signer struct {
	name     string
	channels keyplan.ChannelIDs
	// sign gives the signature of a message (32 bytes). It is a closure, so that the key in
	// it cannot be printed.
	sign func(message []byte) []byte
}

func newSigner(c SignerConfig, ps *keyplan.Problems) Signer {
	if c.Name == "" || len(c.Name) > maxSigner {
		ps.Add("name", "1 to %d bytes", maxSigner)
	}
	key, ok := decode(c.Key.Reveal(), signingKeySize)
	if !ok {
		ps.Add("key", "%d bytes in hex or base64", signingKeySize)
	}
	iv, ok := decode(c.IV.Reveal(), signingIVSize)
	if !ok {
		ps.Add("iv", "%d bytes in hex or base64", signingIVSize)
	}
	c.Channels.Check(ps)
	return Signer{name: c.Name, channels: slices.Clone(c.Channels), sign: signature(key, iv)}
}

// signature gives a function that signs: AES-256-CBC with PKCS #7 padding, over the SHA-1 of
// the message. It is nil if key is none.
func signature(key, iv []byte) func(message []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil || len(iv) != signingIVSize {
		return nil
	}
	return func(message []byte) []byte {
		text := padded(sha1.Sum(message))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
		return text
	}
}

// padded fills a sum up to whole blocks (PKCS #7).
func padded(sum [sha1.Size]byte) []byte {
	n := aes.BlockSize - sha1.Size%aes.BlockSize
	return slices.Concat(sum[:], bytes.Repeat([]byte{byte(n)}, n))
}

// signed reports, in constant time, whether signature is the signer's over message.
func (s Signer) signed(message, signature []byte) bool {
	return subtle.ConstantTimeCompare(s.sign(message), signature) == 1
}

// may reports whether s is for the channel with this ID.
func (s Signer) may(channel string) bool { return s.channels.Has(channel) }

// decode reads size bytes in hex, of either letter case, or in base64 (RFC 4648, 4).
func decode(text []byte, size int) ([]byte, bool) {
	if b, err := hex.AppendDecode(nil, text); err == nil && len(b) == size {
		return b, true
	}
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	return b, err == nil && len(b) == size
}
