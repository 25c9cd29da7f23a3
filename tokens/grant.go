package tokens

import (
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Grant is what a token says that is good.
type Grant struct {
	// Format is that of the token.
	Format string
	// KIDs are those of the keys that may be licensed, at least one. Which channels have them
	// is not for a token to say.
	KIDs []keyplan.KID
	// NotBefore and Expires bound the use of the token and of its licences. A zero NotBefore is
	// no bound; Expires is never zero.
	NotBefore, Expires time.Time
}

// Names reports whether the key with this KID may be licensed.
func (g Grant) Names(kid keyplan.KID) bool { return slices.Contains(g.KIDs, kid) }

// flaw says why g is not good at now, for clocks that are skew apart, or nothing.
func (g Grant) flaw(now time.Time, skew time.Duration) flaw {
	switch {
	case len(g.KIDs) == 0:
		return "it names no KID"
	case g.NotBefore.After(now.Add(skew)):
		return "it is not valid yet"
	case !g.Expires.After(now.Add(-skew)):
		return "it has expired"
	}
	return ""
}
