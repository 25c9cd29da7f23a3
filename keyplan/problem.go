package keyplan

import (
	"fmt"
	"strings"
)

// A Problem is one thing that is wrong with a configuration: where, and what is
// expected there. Key is the path below the section that was checked, in YAML names:
// "policies.hourly.lead", "channels[0].tracks[2]". Want is a phrase that goes after
// "want": "a duration of at least 1s". A Problem never repeats a secret.
type Problem struct {
	Key, Want string
}

func (p Problem) Error() string {
	if p.Key == "" {
		return "want " + p.Want
	}
	return p.Key + ": want " + p.Want
}

// Problems collects every Problem of a section. None is nil.
type Problems []Problem

// Add appends one.
func (ps *Problems) Add(key, want string, args ...any) {
	if len(args) > 0 {
		want = fmt.Sprintf(want, args...)
	}
	*ps = append(*ps, Problem{Key: key, Want: want})
}

// Under appends those of a subsection, with its key path put before theirs.
func (ps *Problems) Under(key string, sub Problems) {
	for _, p := range sub {
		p.Key = strings.TrimSuffix(key+"."+p.Key, ".")
		*ps = append(*ps, p)
	}
}

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
