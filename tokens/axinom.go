package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// FormatAxinom is the name of the format that Axinom writes.
const FormatAxinom = "axinom"

// axinomHeader is the JOSE header, byte for byte. There is no kid in it: the message
// names its key in com_key_id.
const axinomHeader = `{"alg":"HS256","typ":"JWT"}`

// An Axinom writes tokens for the Axinom DRM licence service. It is safe for concurrent
// use.
type Axinom struct {
	key      communicationKey
	keyID    string
	version  int
	encrypts bool
	seedID   string
	policies usagePolicies
	// terms and tail are what is configured of the licences and of the message, as JSON
	// members, each with a comma before it.
	terms, tail string
}

// NewAxinom refuses what c.Validate reports.
func NewAxinom(c AxinomConfig) (*Axinom, error) {
	if ps := c.Validate(); len(ps) > 0 {
		return nil, ps
	}
	key, _ := newCommunicationKey(c.CommunicationKey)
	return &Axinom{
		key:      key,
		keyID:    c.CommunicationKeyID,
		version:  max(c.EnvelopeVersion, defaultEnvelopeVersion),
		encrypts: or(c.EncryptedKey, true),
		seedID:   c.SeedID,
		policies: newUsagePolicies(c),
		terms:    string(c.License.append(nil)),
		tail:     string(c.Session.append(c.LicenseServer.append(nil, "license_server"), "session")),
	}, nil
}

// Sign gives the message as a token: a JWS in compact form, signed with HS256.
func (a *Axinom) Sign(m AxinomMessage) (string, error) {
	return a.offer(0).sign(&scratch{claims: a.appendMessage(nil, m)}, 0)
}

// offer is for tokens of at most so many characters.
func (a *Axinom) offer(most int) *offer {
	return newOffer(FormatAxinom, a, a.key.set, func(SigningKey) []byte { return []byte(axinomHeader) }, most)
}

// Encrypt gives a content key (16 bytes) as an encrypted_key holds it: 16 bytes, encrypted
// by AES-256-CBC without padding, the key is the communication key, the IV is the KID.
func (a *Axinom) Encrypt(kid keyplan.KID, key keyplan.Secret) ([]byte, error) {
	return a.key.encrypt(kid, key)
}

func (a *Axinom) check(ch *keyplan.Channel, r Request, _ time.Time) error {
	return a.policies.check(ch, r)
}

// append appends the message of a draft. It opens its keys only if they go into it.
func (a *Axinom) append(b []byte, d draft) ([]byte, error) {
	m := AxinomMessage{
		License: &AxinomLicense{Start: d.begin, Expiration: d.licenseEnd},
		Begin:   d.begin, Expiration: d.expires, Keys: make([]AxinomKey, 0, len(d.keys)),
	}
	for _, k := range d.keys {
		named := AxinomKey{KID: k.KID, IV: k.IV, UsagePolicy: a.policies.of(d.Request, k)}
		if a.encrypts {
			encrypted, err := a.encryptOpened(k, d.open)
			if err != nil {
				return nil, err
			}
			named.Encrypted = encrypted
		}
		m.Keys = append(m.Keys, named)
	}
	return a.appendMessage(b, m), nil
}

func (a *Axinom) encryptOpened(k Key, open opener) ([]byte, error) {
	secret, err := open(k)
	if err != nil {
		return nil, err
	}
	return a.Encrypt(k.KID, secret)
}

// room is for the definitions of the usage policies that keys may be under.
func (a *Axinom) room(r Request) int { return a.policies.room(r) }

func (a *Axinom) cost(r Request) func(Key) int {
	return func(k Key) int {
		shape := AxinomKey{KID: k.KID, IV: k.IV, UsagePolicy: a.policies.of(r, k)}
		if a.encrypts {
			shape.Encrypted = k.KID[:] // as long as an encrypted key
		}
		var room [256]byte
		return len(shape.append(room[:0], a.seedID)) + len(",")
	}
}
