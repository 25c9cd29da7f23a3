package license

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Section is the license section of a configuration.
type Section struct {
	// ClearKey switches POST /license/clearkey on, and AES128 GET /license/aes128/….
	ClearKey bool `yaml:"clearkey"`
	AES128   bool `yaml:"aes128"`
	// Origins are those of pages that may ask, or * alone for all. Nil means none but players
	// that are no pages, and pages of the server's own origin.
	Origins []string `yaml:"origins"`
	// Capacity is how many requests with a good token are answered in a second; the others
	// are told when to come again. 0 means any number.
	Capacity int `yaml:"capacity"`
	// Skew is how far the clocks of who issues tokens may be off.
	Skew time.Duration `yaml:"skew"`
}

// DefaultSkew is the Skew of who has no reason for another one.
const DefaultSkew = 5 * time.Second

const maxSkew = 5 * time.Minute

// Validate checks s, but for the origins.
func (s Section) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if s.Capacity < 0 {
		ps.Add("capacity", "a number of requests in a second, or 0 for any number")
	}
	if s.Skew < 0 || s.Skew > maxSkew {
		ps.Add("skew", "a duration up to 5m")
	}
	return ps
}

// On reports whether any endpoint is switched on.
func (s Section) On() bool { return s.ClearKey || s.AES128 }
