package keyplan_test

import (
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
)

// TestTheKeyCheckValueIsPlayReadys uses published values on which several implementations
// agree.
func TestTheKeyCheckValueIsPlayReadys(t *testing.T) {
	kid, err := keyplan.ParseKID("8ba94ade-6eb9-449d-b44f-a5beefaf43b0")
	if err != nil {
		t.Fatal(err)
	}
	guid := kid.GUID()
	if got, want := base64.StdEncoding.EncodeToString(guid[:]), "3kqpi7lunUS0T6W+769DsA=="; got != want {
		t.Errorf("GUID is %s, want %s", got, want)
	}
	key, err := hex.DecodeString("dbfd6922c321c4bb486f4a1c44097ed6")
	if err != nil {
		t.Fatal(err)
	}
	check, err := keyplan.KeyCheck(kid, keyplan.NewSecret(key))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := base64.StdEncoding.EncodeToString(check), "Me48z71nuqY="; got != want {
		t.Errorf("key-check value is %s, want %s", got, want)
	}
}
