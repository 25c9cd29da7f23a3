package tokens

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// A jws is a token in its parts (RFC 7515, 7.1). Only its header has been read.
type jws struct {
	algorithm string
	// keyID is the JOSE kid. Empty means that there is none.
	keyID     string
	signed    string // the first two parts of the token
	claims    []byte
	signature []byte
}

// split takes a token apart, if it is not too long. Each part has but one spelling.
func (v *Verifier) split(token string) (jws, flaw) {
	if len(token) > v.most {
		return jws{}, "it is too long"
	}
	last := strings.LastIndexByte(token, '.')
	if last < 0 || strings.Count(token, ".") != 2 {
		return jws{}, "it has not three parts"
	}
	t := jws{signed: token[:last]}
	head, claims, _ := strings.Cut(t.signed, ".")
	header, ok := decodePart(head)
	if !ok || len(header) > maxHeader {
		return jws{}, "its header is no base64url, or too long"
	}
	var claimsOK, signatureOK bool
	t.claims, claimsOK = decodePart(claims)
	t.signature, signatureOK = decodePart(token[last+1:])
	if !claimsOK || !signatureOK {
		return jws{}, "its claims or signature are no base64url"
	}
	return t, t.readHeader(header)
}

// maxHeader bounds a header in bytes; ours have at most 100 and a key ID.
const maxHeader = 1 << 10

// decodePart takes base64url without padding, white space, or bits that mean nothing.
func decodePart(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\r\n") { // which base64 skips
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return b, err == nil
}

// readHeader takes alg, typ and kid, and no other parameter: each would mean that the token is
// to be verified in some other way.
func (t *jws) readHeader(header []byte) flaw {
	parameters, ok := readMembers(header)
	if !ok {
		return "its header is no JSON object with each name once"
	}
	for _, p := range parameters {
		if name := string(p.name); name != "alg" && name != "typ" && name != "kid" {
			return "its header has another parameter than alg, typ and kid"
		}
	}
	if t.algorithm, ok = parameters.text("alg"); !ok {
		return "its header has no alg"
	}
	if typ, ok := parameters.text("typ"); parameters.has("typ") && !(ok && typ == "JWT") {
		return "its typ is not JWT"
	}
	if t.keyID, ok = parameters.text("kid"); parameters.has("kid") && !(ok && t.keyID != "") {
		return "its kid is no text, or empty"
	}
	return ""
}

// verify holds t to the key of set that it names, or to the one without an ID.
func (t jws) verify(set *KeySet, now time.Time) flaw {
	if t.algorithm != string(set.Algorithm) {
		return "its alg is not that of the signing keys"
	}
	named := func(k SigningKey) bool { return k.ID == t.keyID }
	accepted := set.Accepted(now)
	i := slices.IndexFunc(accepted, named)
	if i < 0 {
		return "its kid is of no signing key that is good"
	}
	if accepted[i].Verify(t.signed, t.signature) != nil {
		return "its signature is wrong"
	}
	return ""
}
