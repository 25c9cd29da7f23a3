package seal_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

func TestAnotherLocalKeyDoesNotOpen(t *testing.T) {
	at := keyplan.KeyRef{Channel: "news"}
	sealed := mustSeal(t, local(t, 0), at, keyplan.KID{}, bytesFrom(0, 16))
	if _, err := local(t, 1).Open(t.Context(), at, keyplan.KID{}, sealed); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("got %v", err)
	}
}

func TestAnIDTellsKeysApartAndNotWhatTheyAre(t *testing.T) {
	if diff := cmp.Diff("9faf18e80616e7e9", local(t, 0).ID()); diff != "" {
		t.Errorf("the ID of a key changed: %s", diff)
	}
	if local(t, 0).ID() == local(t, 1).ID() {
		t.Error("two keys have one ID")
	}
}

func TestALocalKeyIs32Bytes(t *testing.T) {
	for _, n := range []int{0, 31, 33} {
		if _, err := seal.NewLocal(keyplan.NewSecret(bytesFrom(0, n))); err == nil {
			t.Errorf("a local key of %d bytes is taken", n)
		}
	}
	if _, err := seal.NewLocal(nil); err == nil {
		t.Error("no local key is taken")
	}
}

func TestALocalDoesNotPrint(t *testing.T) {
	l, key := local(t, 'A'), bytesFrom('A', 32)
	mustSeal(t, l, keyplan.KeyRef{Channel: "news"}, keyplan.KID{}, bytesFrom(0, 16))
	decimal := fmt.Sprint(key)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		printed := fmt.Sprintf(verb, l)
		for _, form := range []string{
			string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key), decimal[1 : len(decimal)-1],
		} {
			if strings.Contains(printed, form) {
				t.Errorf("%s prints the local key", verb)
			}
		}
	}
}
