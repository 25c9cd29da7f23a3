package tokens

import (
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Section is the tokens section of a configuration.
type Section struct {
	// Default is the format of a request that names none. Empty means the only one there is.
	Default string `yaml:"default"`
	// Axinom, DASHIF and DRMCloud are for tokens of the formats "axinom", "dashif" and
	// "drmcloud". Nil means that there are none.
	Axinom   *AxinomConfig   `yaml:"axinom"`
	DASHIF   *DASHIFConfig   `yaml:"dashif"`
	DRMCloud *DRMCloudConfig `yaml:"drmcloud"`
	// Templates are further formats, by their names.
	Templates map[string]TemplateConfig `yaml:"templates"`
	// Signing has the key sets that sign the tokens of all formats but Axinom's, by names that
	// stand nowhere else.
	Signing map[string]SigningConfig `yaml:"signing"`
	// MaxCharacters is how long a token may be: header fields of 8 KiB are refused by many
	// servers. Nil means 5000.
	MaxCharacters *int `yaml:"max_characters"`
	// MaxKIDs is how many keys a token may hold, such as 6 for some set-top boxes. 0 means
	// any number.
	MaxKIDs int `yaml:"max_kids"`
	// Lifetime is for how long, at least, a token may be used: one that holds a later key
	// lives until that one may be on air. Nil means 10m.
	Lifetime *time.Duration `yaml:"lifetime"`
	// StrictReauth lets licences end before the last period of the token does, so that
	// players must come with a new token for each period.
	StrictReauth bool `yaml:"strict_reauth"`
}

const (
	defaultMaxCharacters = 5000
	minMaxCharacters     = 1000 // room for one key with all that stands around it
	defaultLifetime      = 10 * time.Minute
	maxLifetime          = 366 * 24 * time.Hour
)

// Validate reports every problem of s; none repeats a secret.
func (s Section) Validate() keyplan.Problems {
	_, ps := newShelf(s)
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

// Formats are the names of the formats there are: Axinom, DASH-IF, Cloud DRM, and the
// templates by name.
func (s Section) Formats() []string {
	var names []string
	if s.Axinom != nil {
		names = append(names, FormatAxinom)
	}
	if s.DASHIF != nil {
		names = append(names, FormatDASHIF)
	}
	if s.DRMCloud != nil {
		names = append(names, FormatDRMCloud)
	}
	return append(names, slices.Sorted(maps.Keys(s.Templates))...)
}

// Warnings are what is allowed in s and is hardly meant: lines that begin with a key path.
func (s Section) Warnings() []string {
	if s.Axinom == nil {
		return nil
	}
	return s.Axinom.warnings()
}

func (s Section) maxCharacters() int { return or(s.MaxCharacters, defaultMaxCharacters) }

func (s Section) lifetime() time.Duration { return or(s.Lifetime, defaultLifetime) }

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
