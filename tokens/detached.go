package tokens

import "time"

// Detached signs a payload with the key that signs at now, as a compact JWS without the payload:
// header..signature (RFC 7515, appendix F). What is signed is the header, a dot and the very
// bytes of payload, not their base64 (RFC 7797, b64 false), so that none of it can pass for a
// token.
func (s *KeySet) Detached(payload []byte, now time.Time) (string, error) {
	k := s.keys[s.signing(now)]
	header := base64URL(detachedHeader(s.Algorithm, k.ID))
	signature, err := k.sign(header + "." + string(payload))
	if err != nil {
		return "", err
	}
	return header + ".." + base64URL(signature), nil
}

func detachedHeader(a Algorithm, id string) []byte {
	b := joseHeader(a, false, id)
	return append(b[:len(b)-1], `,"b64":false,"crit":["b64"]}`...)
}

// KeySet is one of the section's, by its name.
func (i *Issuer) KeySet(name string) (*KeySet, bool) {
	set, ok := i.sets[name]
	return set, ok
}

// Signs reports whether the section has a set of this name whose public keys are published.
func (s Section) Signs(name string) bool {
	set, ok := s.Signing[name]
	return ok && set.Algorithm != HS256
}
