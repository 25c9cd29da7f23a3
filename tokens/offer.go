package tokens

import (
	"bytes"
	"encoding/base64"
	"slices"
	"time"
)

// An offer is a format as it is configured: who signs its tokens, and how.
type offer struct {
	format
	name    string
	set     *KeySet
	headers []string // the first part of a token signed by each key of set, with its dot
	// most is how many characters a token may have.
	most int
	// ascending orders the KIDs of a token as text, and not by period, track and scheme.
	ascending bool
	// upcoming adds the keys to come to those that a request names.
	upcoming bool
}

// newOffer lets set sign the claims of f, under a JOSE header for each of its keys.
func newOffer(name string, f format, set *KeySet, header func(SigningKey) []byte, most int) *offer {
	o := &offer{format: f, name: name, set: set, most: most}
	for _, k := range set.keys {
		o.headers = append(o.headers, base64URL(header(k))+".")
	}
	return o
}

// caps are those of a token for a request at now that has at most so many keys.
func (o *offer) caps(channel string, r Request, now time.Time, keys int) (Caps, error) {
	frame, err := o.append(nil, blank(channel, r))
	if err != nil {
		return Caps{}, err
	}
	i := o.set.signing(now)
	around := len(o.headers[i]) + len(".") + base64.RawURLEncoding.EncodedLen(o.set.keys[i].size)
	claims := base64.RawURLEncoding.DecodedLen(max(o.most-around, 0))
	// The first key has no comma before it, though its cost counts one.
	return Caps{Keys: keys, Cost: o.cost(r), Room: claims + 1 - len(frame) - o.room(r)}, nil
}

// arrange gives the keys of a token in the order of the format.
func (o *offer) arrange(s *scratch, keys []Key) []Key {
	if !o.ascending {
		return keys
	}
	order := make([]int, len(keys)) // a Key is large
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(keys[a].KID[:], keys[b].KID[:]) })
	s.arranged = s.arranged[:0]
	for _, i := range order {
		s.arranged = append(s.arranged, keys[i])
	}
	return s.arranged
}

// write gives the token: a JWS in compact form (RFC 7515, 7.1).
func (o *offer) write(s *scratch, d draft) (string, error) {
	var err error
	if s.claims, err = o.append(s.claims[:0], d); err != nil {
		return "", err
	}
	return o.sign(s, o.set.signing(d.issued))
}

// sign signs the claims in s by the key with an index.
func (o *offer) sign(s *scratch, key int) (string, error) {
	s.token = base64.RawURLEncoding.AppendEncode(append(s.token[:0], o.headers[key]...), s.claims)
	signature, err := o.set.keys[key].sign(string(s.token))
	if err != nil {
		return "", err
	}
	s.token = base64.RawURLEncoding.AppendEncode(append(s.token, '.'), signature)
	return string(s.token), nil
}

// joseHeader is the header of tokens: typ, which is JWT, may be left out, and so is kid if the
// key has no ID.
func joseHeader(a Algorithm, typ bool, id string) []byte {
	b := append(append([]byte(`{"alg":"`), a...), '"')
	if typ {
		b = append(b, `,"typ":"JWT"`...)
	}
	if id != "" {
		b = appendText(append(b, `,"kid":`...), id)
	}
	return append(b, '}')
}
