package tokens

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A SigningConfig is a set of signing keys that formats share by its name. To change a key
// without refusing a token: add the new one with a From that is later than verifiers keep the
// JWK set, and end the old one at least a lifetime after that, or as much later as tokens are good
// for longer: until the last of their keys may be on air.
type SigningConfig struct {
	Algorithm Algorithm          `yaml:"algorithm"`
	Keys      []SigningKeyConfig `yaml:"keys"`
}

// A SigningKeyConfig is one key of a set.
type SigningKeyConfig struct {
	// ID is the JOSE kid (RFC 7515, 4.1.4), unique in the whole section. Only the one key of an
	// HS256 set may be without; its tokens name no key.
	ID string `yaml:"id"`
	// Key is at least 32 bytes in base64 for HS256. For the others it is a private key in PEM:
	// PKCS #8, PKCS #1 or SEC 1.
	Key keyplan.Secret `yaml:"key"`
	// From is when it begins to sign; the first key signs before its From, too. Zero means
	// always.
	From time.Time `yaml:"from"`
	// Until is from when on its tokens are refused and it is no longer published. Zero means
	// never; the last key has none.
	Until time.Time `yaml:"until"`
}

// newKeySet is of use only if there is no problem. lifetime is that of tokens.
func newKeySet(c SigningConfig, lifetime time.Duration) (*KeySet, keyplan.Problems) {
	var ps keyplan.Problems
	if c.Algorithm == "" {
		ps.Add("algorithm", "%s", oneOf(algorithms))
		return nil, ps
	}
	if len(c.Keys) == 0 {
		ps.Add("keys", "at least one key")
		return nil, ps
	}
	set := &KeySet{Algorithm: c.Algorithm}
	for i, kc := range c.Keys {
		var sub keyplan.Problems
		set.keys = append(set.keys, kc.build(c, &sub))
		ps.Under(fmt.Sprintf("keys[%d]", i), sub)
	}
	c.checkOrder(&ps, lifetime)
	slices.SortFunc(set.keys, func(a, b SigningKey) int { return a.From.Compare(b.From) })
	return set, ps
}

// maxKeyID bounds a kid in bytes, since it stands in every token.
const maxKeyID = 64

func (kc SigningKeyConfig) build(c SigningConfig, ps *keyplan.Problems) SigningKey {
	if kc.ID == "" && (c.Algorithm != HS256 || len(c.Keys) > 1) || len(kc.ID) > maxKeyID {
		ps.Add("id", "1 to %d bytes that tell verifiers which key it is", maxKeyID)
	}
	pair, want := newKeyPair(c.Algorithm, kc.Key)
	if want != "" {
		ps.Add("key", "%s", want)
		return SigningKey{}
	}
	return newSigningKey(kc, c.Algorithm, pair)
}

// checkOrder holds the keys to a plan in which there is always one that signs, and in which
// the tokens of the one before are good for their lifetime; of those with a later key it knows nothing.
func (c SigningConfig) checkOrder(ps *keyplan.Problems, lifetime time.Duration) {
	order := make([]int, len(c.Keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.Keys[a].From.Compare(c.Keys[b].From) })
	for n, i := range order {
		key, k := fmt.Sprintf("keys[%d]", i), c.Keys[i]
		if n == len(order)-1 {
			if !k.Until.IsZero() {
				ps.Add(key+".until", "none: no key signs after this one")
			}
			return
		}
		next := c.Keys[order[n+1]].From
		if k.From.Equal(next) {
			ps.Add(fmt.Sprintf("keys[%d].from", order[n+1]), "a time at which no other key begins")
		}
		if least := next.Add(lifetime); !k.Until.IsZero() && k.Until.Before(least) {
			ps.Add(key+".until", "%s or later: the next key's from and the lifetime of a token", least.UTC().Format(time.RFC3339))
		}
	}
}

// checkKeyIDs holds the keys of all sets to different IDs: they are published together.
func checkKeyIDs(ps *keyplan.Problems, sets map[string]SigningConfig) {
	known := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		for i, k := range sets[name].Keys {
			if k.ID != "" && known[k.ID] {
				ps.Add(fmt.Sprintf("signing.%s.keys[%d].id", name, i), "an ID that no other signing key has")
			}
			known[k.ID] = true
		}
	}
}
