package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An Answer is a token and what it holds. Content keys are nowhere in it but in Token.
type Answer struct {
	Token  string `json:"token"`
	Format string `json:"format"`
	// KIDs are those in the token, in its order.
	KIDs []keyplan.KID `json:"kids"`
	// LeftOut says which keys were wanted and are not in the token, and why.
	LeftOut []LeftOut `json:"leftOut"`
	// Expires is from when on the token gives no licence any more.
	Expires time.Time `json:"expires"`
	// RefreshAt is when to ask again: not after Expires.
	RefreshAt time.Time `json:"refreshAt"`
}

// KIDs are those of the keys, in their order, each once.
func (w Window) KIDs() []keyplan.KID {
	keys := w.distinct()
	kids := make([]keyplan.KID, len(keys))
	for i, k := range keys {
		kids[i] = k.KID
	}
	return kids
}
