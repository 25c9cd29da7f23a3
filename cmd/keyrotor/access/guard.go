package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
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
	known     []known
	certified []certified
	headers   []string // canonical names of those that hold credentials
	open      *Caller  // who everybody is if there are no credentials
}

type known struct {
	shown  shown
	caller *Caller
}

type certified struct {
	label  label
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
		g.open = &Caller{Name: string(anyone), Role: anyone}
	}
	return g, nil
}

func (g *Guard) add(cred Credential) {
	caller := &Caller{Name: cred.Name, Role: cred.Role, channels: slices.Clone(cred.Channels)}
	if cred.Certificate != nil {
		g.certified = append(g.certified, certified{cred.Certificate.labels()[0], caller})
		return
	}
	p := cred.proofs()[0]
	sum, _ := p.digest()
	g.known = append(g.known, known{shown{p.kind, sha256.Sum256([]byte(p.label)), sum}, caller})
	if p.kind == headerKind && !slices.Contains(g.headers, p.label) {
		g.headers = append(g.headers, p.label)
	}
}

// Identify says who made r. A client certificate that is a credential, and has not expired
// by now, is who it is, whatever else r shows; any other one is passed over. The error is
// ErrNoCredentials or ErrBadCredentials.
func (g *Guard) Identify(r *http.Request, now time.Time) (*Caller, error) {
	if g.open != nil {
		return g.open, nil
	}
	if leaf := verified(r.TLS); leaf != nil && !outlived(r, now) {
		if caller := g.holder(leaf); caller != nil {
			return caller, nil
		}
	}
	s, err := g.read(r.Header)
	if err != nil {
		return nil, err
	}
	return g.find(s)
}

// holder gives whose certificate leaf is, or nil. If several credentials mean it, the
// first in the configuration counts.
func (g *Guard) holder(leaf *x509.Certificate) *Caller {
	if len(g.certified) == 0 {
		return nil
	}
	known := labelsOf(leaf)
	for _, c := range g.certified {
		if slices.Contains(known, c.label) {
			return c.caller
		}
	}
	return nil
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
