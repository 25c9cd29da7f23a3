package tokens

import (
	"encoding/base64"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// FormatAxinom is the name of the format that Axinom writes.
const FormatAxinom = "axinom"

// axinomHeader is the JOSE header, byte for byte. There is no kid in it: the message
// names its key in com_key_id.
const axinomHeader = `{"alg":"HS256","typ":"JWT"}`

// signatureSize is that of HS256, in bytes.
const signatureSize = 32

// An Axinom writes tokens for the Axinom DRM licence service. It is safe for concurrent
// use.
type Axinom struct {
	key      communicationKey
	keyID    string
	version  int
	encrypts bool
}

// NewAxinom refuses what c.Validate reports.
func NewAxinom(c AxinomConfig) (*Axinom, error) {
	if ps := c.Validate(); len(ps) > 0 {
		return nil, ps
	}
	key, _ := decodeCommunicationKey(c.CommunicationKey)
	return &Axinom{
		key:      key,
		keyID:    c.CommunicationKeyID,
		version:  max(c.EnvelopeVersion, defaultEnvelopeVersion),
		encrypts: or(c.EncryptedKey, true),
	}, nil
}

// Sign gives the message as a token: a JWS in compact form, signed with HS256.
func (a *Axinom) Sign(m AxinomMessage) (string, error) {
	return a.key.sign(axinomHeader, m.append(nil, a.version, a.keyID))
}

// Encrypt gives a content key (16 bytes) as an encrypted_key holds it: 16 bytes, encrypted
// by AES-256-CBC without padding, the key is the communication key, the IV is the KID.
func (a *Axinom) Encrypt(kid keyplan.KID, key keyplan.Secret) ([]byte, error) {
	return a.key.encrypt(kid, key)
}

// write gives the token of a window. It opens its keys only if they go into the token.
func (a *Axinom) write(keys []Key, v validity, open opener) (string, error) {
	m := AxinomMessage{
		License: &AxinomLicense{Start: v.begin, Expiration: v.licenseEnd},
		Begin:   v.begin, Expiration: v.expires,
	}
	for _, k := range keys {
		named := AxinomKey{KID: k.KID, IV: k.IV}
		if a.encrypts {
			encrypted, err := a.encryptOpened(k, open)
			if err != nil {
				return "", err
			}
			named.Encrypted = encrypted
		}
		m.Keys = append(m.Keys, named)
	}
	return a.Sign(m)
}

func (a *Axinom) encryptOpened(k Key, open opener) ([]byte, error) {
	secret, err := open(k)
	if err != nil {
		return nil, err
	}
	return a.Encrypt(k.KID, secret)
}

// caps are those of tokens with a license block and dates, that have at most so many
// characters and keys.
func (a *Axinom) caps(characters, keys int) Caps {
	around := len(segment([]byte(axinomHeader))) + len("..") + base64.RawURLEncoding.EncodedLen(signatureSize)
	at := time.Unix(0, 0)
	empty := AxinomMessage{License: &AxinomLicense{Start: at, Expiration: at}, Begin: at, Expiration: at}
	claims := base64.RawURLEncoding.DecodedLen(characters - around)
	// The first key has no comma before it, though its cost counts one.
	return Caps{Keys: keys, Cost: a.cost, Room: claims + 1 - len(empty.append(nil, a.version, a.keyID))}
}

// cost is how many bytes of claims k takes, with the comma before it.
func (a *Axinom) cost(k Key) int {
	shape := AxinomKey{KID: k.KID, IV: k.IV}
	if a.encrypts {
		shape.Encrypted = k.KID[:] // as long as an encrypted key
	}
	var room [192]byte
	return len(shape.append(room[:0])) + len(",")
}
