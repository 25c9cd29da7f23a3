package source

import (
	"encoding/base64"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// The kinds of source.
const (
	kindRandom  = "random"
	kindDerived = "derived"
)

// A Config says where content keys come from.
type Config struct {
	// Kind is "random" or "derived". Empty means random.
	Kind string `yaml:"kind"`
	// Roots are the root secrets of a derived source, in any order; a random one has
	// none.
	Roots []RootConfig `yaml:"roots"`
}

// A RootConfig is a Root whose Secret is text.
type RootConfig struct {
	// ID names the root to people; it can change without changing keys.
	ID string `yaml:"id"`
	// From is the first Start of a key period that uses the root. Zero means always.
	From time.Time `yaml:"from"`
	// Secret is at least 32 random bytes in base64 (RFC 4648, 4).
	Secret keyplan.Secret `yaml:"secret"`
}

// Validate reports every problem of c; none repeats a secret.
func (c Config) Validate() keyplan.Problems {
	var ps keyplan.Problems
	switch c.Kind {
	case kindDerived:
		return checkRoots(c.roots())
	case "", kindRandom:
		if len(c.Roots) > 0 {
			ps.Add("roots", "none, since kind is random")
		}
	default:
		ps.Add("kind", "random or derived")
	}
	return ps
}

// New makes the source of a Config; its error is what Validate reports.
func New(c Config) (keyplan.KeySource, error) {
	if ps := c.Validate(); len(ps) > 0 {
		return nil, ps
	}
	if c.Kind == kindDerived {
		return NewDerived(c.roots()...)
	}
	return Random{}, nil
}

// roots decodes the secrets; one that is not base64 becomes nil, which no root may be.
func (c Config) roots() []Root {
	roots := make([]Root, len(c.Roots))
	for i, r := range c.Roots {
		roots[i] = Root{ID: r.ID, From: r.From}
		if b, err := base64.StdEncoding.DecodeString(string(r.Secret.Reveal())); err == nil {
			roots[i].Secret = keyplan.NewSecret(b)
		}
	}
	return roots
}
