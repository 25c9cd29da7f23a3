package seal_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestWhatIsSealedIsAFormatByteANonceAndTheEncryptedKey(t *testing.T) {
	l, at, key := local(t, 0), keyplan.KeyRef{Channel: "news"}, bytesFrom('A', 16)
	seen := map[string]bool{}
	for range 100 {
		sealed := mustSeal(t, l, at, keyplan.KID{}, key)
		if len(sealed) != 1+12+16+16 || sealed[0] != 1 {
			t.Fatalf("%d bytes of format %d", len(sealed), sealed[0])
		}
		if bytes.Contains(sealed, key[:4]) {
			t.Error("four bytes of the key stand in what is sealed")
		}
		seen[string(sealed[1:13])] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d nonces in 100 seals", len(seen))
	}
}

// An upgrade must not shut out what a store already holds. The value was sealed by another
// implementation of the format (Python's cryptography 48), nonce 10 to 1b.
func TestWhatWasSealedBeforeStillOpens(t *testing.T) {
	at := keyplan.KeyRef{
		Channel: "news", Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Track: "VIDEO", Scheme: keyplan.CBCS, Generation: 1,
	}
	sealed, err := hex.DecodeString("01101112131415161718191a1b" +
		"a7ec973ce70307f263384b33263141707f87ed4664bd7b923329b0a020e08343")
	if err != nil {
		t.Fatal(err)
	}
	opened, err := local(t, 0).Open(t.Context(), at, keyplan.KID(bytesFrom(0xa0, 16)), sealed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(opened.Reveal(), bytesFrom('A', 16)) {
		t.Error("another key came out")
	}
}

func TestErrorsNameThePlaceAndNoBytes(t *testing.T) {
	at := keyplan.KeyRef{
		Channel: "news", Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Track: "VIDEO", Scheme: keyplan.CBCS,
	}
	const where = `the key of channel "news", period 2026-01-01T00:00:00Z, track "VIDEO", scheme "cbcs", generation 0`
	_, opening := local(t, 0).Open(t.Context(), at, keyplan.KID{}, bytesFrom('A', 45))
	if diff := cmp.Diff("open "+where+": sealed key does not open", opening.Error()); diff != "" {
		t.Error(diff)
	}
	for _, n := range []int{0, 15, 17} {
		sealed, sealing := local(t, 0).Seal(t.Context(), at, keyplan.KID{}, keyplan.NewSecret(bytesFrom('A', n)))
		if sealing == nil || sealed != nil {
			t.Fatalf("a content key of %d bytes is sealed", n)
		}
		want := fmt.Sprintf("seal %s: content key of %d bytes, want 16", where, n)
		if diff := cmp.Diff(want, sealing.Error()); diff != "" {
			t.Error(diff)
		}
	}
}
