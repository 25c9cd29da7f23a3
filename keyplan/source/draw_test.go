package source_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// secret gives n bytes: first, first+1, …
func secret(first byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

func root(id string, from time.Time, first byte) source.Root {
	return source.Root{ID: id, From: from, Secret: keyplan.NewSecret(secret(first, 32))}
}

func derived(t testing.TB, roots ...source.Root) *source.Derived {
	t.Helper()
	d, err := source.NewDerived(roots...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A drawn is what Draw gave, comparable.
type drawn struct {
	kid keyplan.KID
	key string
}

// A testContext is what testing.T and rapid.T share.
type testContext interface {
	Fatal(args ...any)
	Context() context.Context
}

func draw(t testContext, s keyplan.KeySource, at keyplan.KeyRef) drawn {
	kid, key, err := s.Draw(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(key.Reveal()); n != 16 {
		t.Fatal("key length", n)
	}
	return drawn{kid: kid, key: string(key.Reveal())}
}

func drawRef(t *rapid.T) keyplan.KeyRef {
	return keyplan.KeyRef{
		Channel:    rapid.String().Draw(t, "channel"),
		Start:      time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "start"), 0),
		Track:      keyplan.Track(rapid.String().Draw(t, "track")),
		Scheme:     rapid.SampledFrom([]keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS}).Draw(t, "scheme"),
		Generation: rapid.IntRange(0, 100).Draw(t, "generation"),
	}
}

func checkVersion(t *testing.T, kid keyplan.KID, version byte) {
	t.Helper()
	if kid[6]>>4 != version || kid[8]>>6 != 0b10 {
		t.Errorf("%s is not a UUID of version %d", kid, version)
	}
}

// checkSilent fails if printed holds b in a way that a formatter or encoder writes it.
func checkSilent(t *testing.T, printed string, b []byte) {
	t.Helper()
	decimal := fmt.Sprint(b)
	for _, form := range []string{
		string(b), hex.EncodeToString(b), fmt.Sprintf("%X", b), base64.StdEncoding.EncodeToString(b),
		decimal[1 : len(decimal)-1], fmt.Sprintf("%#v", b),
	} {
		if bytes.Contains([]byte(printed), []byte(form)) {
			t.Errorf("secret bytes in %d bytes of text", len(printed))
		}
	}
}
