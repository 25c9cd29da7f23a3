package tokens

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

const (
	communicationKeySize = 32 // bytes; AES-256
	contentKeySize       = 16 // bytes; one AES block
)

// A communicationKey is what Axinom shares with the operator: 32 bytes that sign the
// token and encrypt the keys in it.
type communicationKey struct {
	set *KeySet // of this key alone
	// encrypter gives the cipher. It is a closure, so that the key in it cannot be printed.
	encrypter func() cipher.Block
}

// newCommunicationKey reads base64 text (RFC 4648, 4). It reports whether that is a key of the
// right length.
func newCommunicationKey(text keyplan.Secret) (communicationKey, bool) {
	key, err := base64.StdEncoding.DecodeString(string(text.Reveal()))
	if err != nil || len(key) != communicationKeySize {
		return communicationKey{}, false
	}
	block, err := aes.NewCipher(key)
	signing := newSigningKey(SigningKeyConfig{}, HS256, keyPair{key, key, signatureSize})
	return communicationKey{
		set:       &KeySet{Algorithm: HS256, keys: []SigningKey{signing}},
		encrypter: func() cipher.Block { return block },
	}, err == nil
}

// encrypt gives a content key as encrypted_key (16 bytes): AES-256-CBC without padding,
// the IV is the KID in RFC 4122 order.
func (c communicationKey) encrypt(kid keyplan.KID, key keyplan.Secret) ([]byte, error) {
	plain := key.Reveal()
	if len(plain) != contentKeySize {
		return nil, fmt.Errorf("encrypt key %s: it has %d bytes, want %d", kid, len(plain), contentKeySize)
	}
	encrypted := make([]byte, contentKeySize)
	subtle.XORBytes(encrypted, plain, kid[:]) // CBC of one block
	c.encrypter().Encrypt(encrypted, encrypted)
	return encrypted, nil
}
