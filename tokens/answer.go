package tokens

import (
	"slices"
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

// AppendJSON appends what json.Marshal gives, without reflection: an answer is written for each
// viewer.
func (a Answer) AppendJSON(b []byte) []byte {
	b = slices.Grow(b, len(a.Token)+40*len(a.KIDs)+80*len(a.LeftOut)+200)
	b = append(append(append(b, `{"token":"`...), a.Token...), '"') // base64url and dots
	b = appendText(append(b, `,"format":`...), a.Format)
	b = append(b, `,"kids":[`...)
	for i, kid := range a.KIDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendKID(append(b, '"'), kid), '"')
	}
	b = append(b, `],"leftOut":[`...)
	for i, l := range a.LeftOut {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendKID(append(b, `{"kid":"`...), l.KID)
		b = append(appendText(append(b, `","reason":`...), string(l.Reason)), '}')
	}
	b = a.Expires.AppendFormat(append(b, `],"expires":"`...), time.RFC3339Nano)
	b = a.RefreshAt.AppendFormat(append(b, `","refreshAt":"`...), time.RFC3339Nano)
	return append(b, `"}`...)
}

// KIDs are those of the keys, in their order, each once.
func (w Window) KIDs() []keyplan.KID { return kidsOf(w.distinct()) }

func kidsOf(keys []Key) []keyplan.KID {
	kids := make([]keyplan.KID, len(keys))
	for i, k := range keys {
		kids[i] = k.KID
	}
	return kids
}
