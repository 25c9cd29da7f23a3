package source

import (
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// minRoot is the least length of a root secret, in bytes.
const minRoot = 32

// A Root is a secret from which content keys are derived, and the time from which it is
// used. Destroying it is the only way to make its keys unrecoverable.
type Root struct {
	// ID names the root to people. It does not enter the derivation.
	ID string
	// From is the first Start of a key period that uses the root. Zero means always.
	From time.Time
	// Secret is at least 32 bytes.
	Secret keyplan.Secret
}

// checkRoots reports every problem, with keys such as "roots[1].secret".
func checkRoots(roots []Root) keyplan.Problems {
	var ps keyplan.Problems
	if len(roots) == 0 {
		ps.Add("roots", "at least one root")
	}
	for i, r := range roots {
		ps.Under(fmt.Sprintf("roots[%d]", i), r.check(roots[:i]))
	}
	return ps
}

// check compares r with those listed before it.
func (r Root) check(before []Root) keyplan.Problems {
	var ps keyplan.Problems
	if r.ID == "" || slices.ContainsFunc(before, func(o Root) bool { return o.ID == r.ID }) {
		ps.Add("id", "a name that no root before it has")
	}
	if slices.ContainsFunc(before, func(o Root) bool { return o.From.Equal(r.From) }) {
		ps.Add("from", "a time that no root before it has")
	}
	if len(r.Secret.Reveal()) < minRoot {
		ps.Add("secret", "at least %d random bytes, in base64 (standard alphabet, padded)", minRoot)
	}
	return ps
}
