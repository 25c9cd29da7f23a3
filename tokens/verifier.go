package tokens

import (
	"errors"
	"fmt"
	"time"
)

// ErrToken is what Verify fails with, whatever is wrong with a token. The cause is in the
// error's text, for logs; it repeats nothing of the token and is not for whoever showed it.
var ErrToken = errors.New("token refused")

// A flaw is what is wrong with a token. Empty means nothing.
type flaw string

// A Verifier tells what tokens grant. It takes those of the configured formats, whoever wrote
// them: what counts is that a key of the format's set signed them. It is immutable and safe
// for concurrent use.
type Verifier struct {
	skew    time.Duration
	most    int // characters of a token
	readers []reader
}

// A reader reads the claims of one format.
type reader struct {
	format string
	set    *KeySet
	read   func(members) (Grant, flaw)
}

// leastMost is how many characters of a token are looked at whatever max_characters is: what
// is on air goes into one even if it is longer.
const leastMost = 32 << 10

// NewVerifier refuses what the Section's Validate reports. Tokens are good for skew before
// they begin and after they expire, for clocks that are so far apart.
func NewVerifier(s Section, skew time.Duration) (*Verifier, error) {
	if ps := s.Validate(); len(ps) > 0 {
		return nil, ps
	}
	shelf, _ := newShelf(s) // Validate took it
	v := &Verifier{skew: skew, most: max(leastMost, 2*s.maxCharacters())}
	for _, name := range s.Verifiable() {
		v.readers = append(v.readers, reader{name, shelf.offers[name].set, s.claimsOf(name)})
	}
	return v, nil
}

// Verifiable are the names of the formats whose tokens a Verifier takes: all but templates of
// which KIDsClaim says nothing.
func (s Section) Verifiable() []string {
	var names []string
	for _, name := range s.Formats() {
		if s.claimsOf(name) != nil {
			names = append(names, name)
		}
	}
	return names
}

// claimsOf reads the claims of a format, or is nil if nobody knows where its KIDs are.
func (s Section) claimsOf(name string) func(members) (Grant, flaw) {
	switch name {
	case FormatAxinom:
		return axinomReader{s.Axinom.CommunicationKeyID}.read
	case FormatDASHIF:
		return claimsReader{"authorized_kids"}.read
	case FormatDRMCloud:
		return claimsReader{"kid"}.read
	}
	if path := s.Templates[name].KIDsClaim; len(path) > 0 {
		return claimsReader(path).read
	}
	return nil
}

// Verify gives what a token grants at now, or fails with ErrToken. Nothing of the token is
// believed, and its claims are not even read, before its signature is verified by the one key
// that its header names, with the algorithm of that key's set.
func (v *Verifier) Verify(token string, now time.Time) (Grant, error) {
	t, wrong := v.split(token)
	if wrong != "" {
		return Grant{}, fmt.Errorf("%w: %s", ErrToken, wrong)
	}
	refusal := ErrToken
	for _, r := range v.readers {
		grant, wrong := r.grant(t, now)
		if wrong == "" {
			wrong = grant.flaw(now, v.skew)
		}
		if wrong == "" {
			return grant, nil
		}
		refusal = fmt.Errorf("%w; as %s: %s", refusal, r.format, wrong)
	}
	return Grant{}, refusal
}

// grant is what t says if it is of this format.
func (r reader) grant(t jws, now time.Time) (Grant, flaw) {
	if wrong := t.verify(r.set, now); wrong != "" {
		return Grant{}, wrong
	}
	claims, ok := readMembers(t.claims)
	if !ok {
		return Grant{}, "its claims are no JSON object with each name once, or too deep"
	}
	grant, wrong := r.read(claims)
	grant.Format = r.format
	return grant, wrong
}
