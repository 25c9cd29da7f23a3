package tokens

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"github.com/keyrotor/keyrotor/keyplan"
)

const (
	communicationKeySize = 32 // bytes; AES-256
	contentKeySize       = 16 // bytes; one AES block
)

// A communicationKey is what Axinom shares with the operator: 32 bytes that sign the
// token and encrypt the keys in it.
type communicationKey struct{ secret keyplan.Secret }

// decodeCommunicationKey reads base64 text (RFC 4648, 4). It reports whether that is a
// key of the right length.
func decodeCommunicationKey(text keyplan.Secret) (communicationKey, bool) {
	b, err := base64.StdEncoding.DecodeString(string(text.Reveal()))
	return communicationKey{keyplan.NewSecret(b)}, err == nil && len(b) == communicationKeySize
}

// encrypt gives a content key as encrypted_key (16 bytes): AES-256-CBC without padding,
// the IV is the KID in RFC 4122 order.
func (c communicationKey) encrypt(kid keyplan.KID, key keyplan.Secret) ([]byte, error) {
	plain := key.Reveal()
	if len(plain) != contentKeySize {
		return nil, fmt.Errorf("encrypt key %s: it has %d bytes, want %d", kid, len(plain), contentKeySize)
	}
	block, err := aes.NewCipher(c.secret.Reveal())
	if err != nil {
		return nil, fmt.Errorf("encrypt key %s: %w", kid, err)
	}
	encrypted := make([]byte, contentKeySize)
	cipher.NewCBCEncrypter(block, kid[:]).CryptBlocks(encrypted, plain)
	return encrypted, nil
}

// sign gives the claims as a JWS in compact form (RFC 7515, 7.1).
func (c communicationKey) sign(header string, claims []byte) (string, error) {
	signed := segment([]byte(header)) + "." + segment(claims)
	signature, err := jwt.SigningMethodHS256.Sign(signed, c.secret.Reveal())
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed + "." + segment(signature), nil
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
