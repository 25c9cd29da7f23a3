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

// Name is iv/<kid>.
func (iv PackagerIV) Name() string { return "iv/" + iv.KID.String() }

// Record stands under Name.
func (iv PackagerIV) Record() Record { return encode(iv.Name(), "iv", iv) }

func (iv PackagerIV) sound() bool { return whole(iv.Start) && len(iv.IV) == 16 }

// brought are the IVs that packagers brought.
type brought map[KID][]byte

// onAir is e with those in the place of ours.
func (ivs brought) onAir(e *Entry) *Entry {
	theirs := func(k ContentKey) bool { return ivs[k.KID] != nil }
	if len(ivs) == 0 || !slices.ContainsFunc(e.Keys, theirs) {
		return e
	}
	aired := *e
	aired.Keys = slices.Clone(e.Keys)
	for i, k := range aired.Keys {
		if theirs(k) {
			aired.Keys[i].IV = ivs[k.KID]
		}
	}
	return &aired
}
