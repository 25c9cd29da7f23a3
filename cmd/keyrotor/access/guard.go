package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// What Identify finds wrong. It says no more, and nor should an answer.
var (
	// ErrNoCredentials: the request shows none.
	ErrNoCredentials = errors.New("no credentials")
	// ErrBadCredentials: what the request shows is unknown, malformed, or more than one.
	ErrBadCredentials = errors.New("bad credentials")
)

// A Guard knows credentials. It is immutable and safe for concurrent use.
type Guard struct {
	known   []known
	headers []string // canonical names of those that hold credentials
	open    *Caller  // who everybody is if there are no credentials
}

type known struct {
	shown  shown
	caller *Caller
}

// New checks c as for a server on loopback. A Guard without credentials lets everybody do
// everything; where that is not wanted, Config.Validate refuses it.
func New(c Config) (*Guard, error) {
	if ps := c.Validate(true); len(ps) > 0 {
		return nil, fmt.Errorf("credentials: %w", ps)
	}
	g := &Guard{}
	for _, cred := range c {
		g.add(cred)
	}
	if len(c) == 0 {
		g.open = &Caller{Name: string(anyone), Role: anyone, channels: []string{every}}
	}
	return g, nil
}

func (g *Guard) add(cred Credential) {
	p := cred.proofs()[0]
	sum, _ := p.digest()
	g.known = append(g.known, known{
		shown:  shown{p.kind, sha256.Sum256([]byte(p.label)), sum},
		caller: &Caller{Name: cred.Name, Role: cred.Role, channels: cred.allowed()},
	})
	if p.kind == headerKind && !slices.Contains(g.headers, p.label) {
		g.headers = append(g.headers, p.label)
	}
}

// Identify says who made r. The error is ErrNoCredentials or ErrBadCredentials.
func (g *Guard) Identify(r *http.Request) (*Caller, error) {
	if g.open != nil {
		return g.open, nil
	}
	s, err := g.read(r.Header)
	if err != nil {
		return nil, err
	}
	return g.find(s)
}

// find compares with every credential, whichever matches, so that the time it takes
// tells nothing.
func (g *Guard) find(s shown) (*Caller, error) {
	at := -1
	for i, k := range g.known {
		at = subtle.ConstantTimeSelect(k.shown.equal(s), i, at)
	}
	if at < 0 {
		return nil, ErrBadCredentials
	}
	return g.known[at].caller, nil
}
