package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Section is the tokens section of a configuration.
type Section struct {
	// Axinom is for tokens of the format "axinom". Nil means that there are none.
	Axinom *AxinomConfig `yaml:"axinom"`
	// MaxCharacters is how long a token may be: header fields of 8 KiB are refused by many
	// servers. Nil means 5000.
	MaxCharacters *int `yaml:"max_characters"`
	// MaxKIDs is how many keys a token may hold, such as 6 for some set-top boxes. 0 means
	// any number.
	MaxKIDs int `yaml:"max_kids"`
	// Lifetime is for how long, at least, a token may be used: one that holds a later key
	// lives until that one may be on air. Nil means 10m.
	Lifetime *time.Duration `yaml:"lifetime"`
}

const (
	defaultMaxCharacters = 5000
	minMaxCharacters     = 1000 // room for one key with all that stands around it
	defaultLifetime      = 10 * time.Minute
	maxLifetime          = 366 * 24 * time.Hour
)

// Validate reports every problem of s; none repeats a secret.
func (s Section) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if s.Axinom != nil {
		ps.Under("axinom", s.Axinom.Validate())
	}
	if s.maxCharacters() < minMaxCharacters {
		ps.Add("max_characters", "at least %d", minMaxCharacters)
	}
	if s.MaxKIDs < 0 {
		ps.Add("max_kids", "a number of keys, or 0 for any number")
	}
	if d := s.lifetime(); d < time.Second || d > maxLifetime {
		ps.Add("lifetime", "a duration from 1s to 8784h (366 days)")
	}
	return ps
}

func (s Section) maxCharacters() int { return or(s.MaxCharacters, defaultMaxCharacters) }

func (s Section) lifetime() time.Duration { return or(s.Lifetime, defaultLifetime) }

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
