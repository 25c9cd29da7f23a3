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

// Need adds the problem of a field that must be given and is not.
func (ps *Problems) Need(key string, given bool, want string) {
	if !given {
		ps.Add(key, "%s", want)
	}
}

// Under appends those of a subsection, with its key path put before theirs.
func (ps *Problems) Under(key string, sub Problems) {
	for _, p := range sub {
		*ps = append(*ps, Problem{Key: join(key, p.Key), Want: p.Want})
	}
}

// join puts a dot between two parts of a key path, but none before an index.
func join(key, sub string) string {
	if key == "" || sub == "" || strings.HasPrefix(sub, "[") {
		return key + sub
	}
	return key + "." + sub
}

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
