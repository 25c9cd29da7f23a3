package keyplan

import "time"

// A PackagerIV is the explicitIV that a packager brought for a content key instead of
// taking ours. The first one counts; tokens name it.
type PackagerIV struct {
	KID KID `json:"kid"`
	// IV is 16 bytes.
	IV []byte `json:"iv"`
	// Start is that of the period in which the key is used.
	Start time.Time `json:"start"`
}

// Record is iv/<kid>.
func (iv PackagerIV) Record() Record { return encode(ivName(iv.KID), "iv", iv) }

func ivName(kid KID) string { return "iv/" + kid.String() }

// IV is the initialization vector that goes with k: the packager's own, if one brought
// any, else ours; nil if there is none.
func (p *Plan) IV(k ContentKey) []byte {
	if brought, ok := p.facts[ivName(k.KID)].(PackagerIV); ok {
		return brought.IV
	}
	return k.IV
}
