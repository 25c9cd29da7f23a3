package source_test

import (
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

func TestARandomSourceNeverGivesTheSameTwice(t *testing.T) {
	at := keyplan.KeyRef{Channel: "news", Start: newYear, Track: "VIDEO", Scheme: keyplan.CBCS}
	kids, keys := map[keyplan.KID]bool{}, map[string]bool{}
	for range 1000 {
		got := draw(t, source.Random{}, at)
		checkVersion(t, got.kid, 4)
		kids[got.kid], keys[got.key] = true, true
		if string(got.kid[:]) == got.key {
			t.Error("the KID is the key")
		}
	}
	if len(kids) != 1000 || len(keys) != 1000 {
		t.Errorf("1000 draws gave %d KIDs and %d keys", len(kids), len(keys))
	}
}

// Each free bit is seen at 0 and at 1; 64 draws miss one with a chance below 2⁻⁵⁵.
func TestEveryFreeBitOfARandomKIDAndKeyVaries(t *testing.T) {
	var ones, zeros [32]byte
	for range 64 {
		got := draw(t, source.Random{}, keyplan.KeyRef{})
		for i, b := range append(got.kid[:], got.key...) {
			ones[i] |= b
			zeros[i] |= ^b
		}
	}
	fixed := [32]byte{6: 0xf0, 8: 0xc0}
	for i := range ones {
		if free := ^fixed[i]; ones[i]&free != free || zeros[i]&free != free {
			t.Errorf("byte %d: some bits never change", i)
		}
	}
}
