package widevine

import (
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Section is the configuration of this package. Without signers nobody is answered.
type Section struct {
	Signers []SignerConfig `yaml:"signers"`
}

// A SignerConfig is one credential. To change a key without a gap, give the new one a name
// of its own beside the old.
type SignerConfig struct {
	// Name is what the packager sends as signer (shaka-packager: --signer). It is unique.
	Name string `yaml:"name"`
	// Key is 32 bytes in hex or base64 (--aes_signing_key).
	Key keyplan.Secret `yaml:"key"`
	// IV is 16 bytes in hex or base64 (--aes_signing_iv).
	IV keyplan.Secret `yaml:"iv"`
	// Channels are the IDs of the channels it is for, or * alone for all. Nil means all.
	Channels keyplan.ChannelIDs `yaml:"channels"`
}

// NewSigners checks s completely. The signers are of use only if there is no problem; none
// repeats a key.
func NewSigners(s Section) ([]Signer, keyplan.Problems) {
	var ps keyplan.Problems
	made := make([]Signer, len(s.Signers))
	for i, c := range s.Signers {
		key := fmt.Sprintf("signers[%d]", i)
		var sub keyplan.Problems
		made[i] = newSigner(c, &sub)
		same := func(other SignerConfig) bool { return other.Name == c.Name }
		if c.Name != "" && slices.ContainsFunc(s.Signers[:i], same) {
			sub.Add("name", "a name that no signer before it has")
		}
		ps.Under(key, sub)
	}
	return made, ps
}
