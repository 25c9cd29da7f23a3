package keyplan

import (
	"slices"
	"time"
)

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
func (iv PackagerIV) Record() Record { return encode("iv/"+iv.KID.String(), "iv", iv) }

func (iv PackagerIV) sound() bool { return whole(iv.Start) && len(iv.IV) == 16 }

// onAir is e with the IVs that packagers brought in the place of ours.
func (p *Plan) onAir(e *Entry) *Entry {
	brought := func(k ContentKey) bool { return p.ivs[k.KID] != nil }
	if !slices.ContainsFunc(e.Keys, brought) {
		return e
	}
	aired := *e
	aired.Keys = slices.Clone(e.Keys)
	for i, k := range aired.Keys {
		if brought(k) {
			aired.Keys[i].IV = p.ivs[k.KID]
		}
	}
	return &aired
}
