package tokens

import "github.com/keyrotor/keyrotor/keyplan"

// An AxinomConfig is what the Axinom DRM licence service shares with an operator.
type AxinomConfig struct {
	// CommunicationKeyID is a UUID.
	CommunicationKeyID string `yaml:"communication_key_id"`
	// CommunicationKey is 32 bytes in base64 (RFC 4648, 4).
	CommunicationKey keyplan.Secret `yaml:"communication_key"`
	// EnvelopeVersion is the version of the licence service message: 1 or 2. 0 means 1.
	EnvelopeVersion int `yaml:"envelope_version"`
	// EncryptedKey puts the content keys, encrypted, into the token. Without them Axinom
	// computes keys of its own, which is right only if the channel's keys came from there;
	// otherwise licences are granted and pictures are broken. Nil means true.
	EncryptedKey *bool `yaml:"encrypted_key"`
}

const defaultEnvelopeVersion = 1

// Validate reports every problem of c; none repeats the key.
func (c AxinomConfig) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if !isUUID(c.CommunicationKeyID) {
		ps.Add("communication_key_id", "a UUID, with hyphens")
	}
	if _, ok := decodeCommunicationKey(c.CommunicationKey); !ok {
		ps.Add("communication_key", "%d bytes in base64 (standard alphabet, padded)", communicationKeySize)
	}
	if c.EnvelopeVersion < 0 || c.EnvelopeVersion > 2 {
		ps.Add("envelope_version", "1 or 2")
	}
	return ps
}

// isUUID takes 36 characters, with hyphens where a UUID has them.
func isUUID(s string) bool {
	_, err := keyplan.ParseKID(s)
	return err == nil && len(s) == 36
}
