package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

var _ keyplan.Sealer = (*seal.Local)(nil)

// bytesFrom gives n bytes: first, first+1, …
func bytesFrom(first byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

// A testContext is what testing.T and rapid.T share.
type testContext interface {
	Fatal(args ...any)
	Context() context.Context
}

func local(t testContext, first byte) *seal.Local {
	l, err := seal.NewLocal(keyplan.NewSecret(bytesFrom(first, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustSeal(t testContext, l *seal.Local, at keyplan.KeyRef, kid keyplan.KID, key []byte) []byte {
	sealed, err := l.Seal(t.Context(), at, kid, keyplan.NewSecret(key))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
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

func draw16(t *rapid.T, label string) [16]byte {
	return [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
}

func TestWhatIsSealedOpensInItsPlace(t *testing.T) {
	one := local(t, 0)
	rapid.Check(t, func(t *rapid.T) {
		at, kid, key := drawRef(t), draw16(t, "kid"), draw16(t, "key")
		sealed := mustSeal(t, one, at, kid, key[:])
		at.Start = at.Start.In(time.FixedZone("", 3600))
		for _, l := range []*seal.Local{one, local(t, 0)} {
			opened, err := l.Open(t.Context(), at, kid, sealed)
			if err != nil || !bytes.Equal(opened.Reveal(), key[:]) {
				t.Errorf("opened %d bytes, %v", len(opened.Reveal()), err)
			}
		}
	})
}

func TestNothingOpensInAnotherPlace(t *testing.T) {
	l := local(t, 0)
	rapid.Check(t, func(t *rapid.T) {
		at, kid := drawRef(t), draw16(t, "kid")
		sealed := mustSeal(t, l, at, kid, bytesFrom(0, 16))
		for name, apply := range map[string]func(*keyplan.KeyRef, *[16]byte){
			"channel":    func(at *keyplan.KeyRef, _ *[16]byte) { at.Channel += "x" },
			"start":      func(at *keyplan.KeyRef, _ *[16]byte) { at.Start = at.Start.Add(time.Second) },
			"track":      func(at *keyplan.KeyRef, _ *[16]byte) { at.Track += "x" },
			"scheme":     func(at *keyplan.KeyRef, _ *[16]byte) { at.Scheme += "x" },
			"generation": func(at *keyplan.KeyRef, _ *[16]byte) { at.Generation++ },
			"KID":        func(_ *keyplan.KeyRef, kid *[16]byte) { kid[15] ^= 1 },
		} {
			otherAt, otherKID := at, kid
			apply(&otherAt, &otherKID)
			checkShut(t, name, l, otherAt, otherKID, sealed)
		}
	})
}

// Moving text from the end of one field to the beginning of the next is another place.
func TestNothingOpensWhereFieldsAreCutElsewhere(t *testing.T) {
	l := local(t, 0)
	rapid.Check(t, func(t *rapid.T) {
		inTrack, kid := drawRef(t), draw16(t, "kid")
		inScheme := inTrack
		text := rapid.StringN(1, 20, -1).Draw(t, "text")
		inTrack.Track += keyplan.Track(text)
		inScheme.Scheme = keyplan.Scheme(text) + inScheme.Scheme
		sealed := mustSeal(t, l, inTrack, kid, bytesFrom(0, 16))
		checkShut(t, "cut between fields", l, inScheme, kid, sealed)
	})
}

func checkShut(t *rapid.T, what string, l *seal.Local, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) {
	if opened, err := l.Open(t.Context(), at, kid, sealed); !errors.Is(err, seal.ErrSealed) || opened != nil {
		t.Errorf("another %s: opened %v, error %v", what, opened != nil, err)
	}
}

func TestWhatWasChangedDoesNotOpen(t *testing.T) {
	l := local(t, 0)
	rapid.Check(t, func(t *rapid.T) {
		at, kid := drawRef(t), draw16(t, "kid")
		sealed := mustSeal(t, l, at, kid, bytesFrom(0, 16))
		flip := byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= flip
			checkShut(t, fmt.Sprintf("byte %d", i), l, at, kid, changed)
			checkShut(t, fmt.Sprintf("length %d", i), l, at, kid, sealed[:i])
		}
		checkShut(t, "tail", l, at, kid, append(sealed, 0))
	})
}

func TestALocalServesManyAtOnce(t *testing.T) {
	l, key := local(t, 0), bytesFrom(0, 16)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			at := keyplan.KeyRef{Channel: fmt.Sprint("channel ", i%3), Generation: i}
			sealed, err := l.Seal(t.Context(), at, keyplan.KID{}, keyplan.NewSecret(key))
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := l.Open(t.Context(), at, keyplan.KID{}, sealed); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func FuzzWhatWasNeverSealedDoesNotOpen(f *testing.F) {
	l, at := local(f, 0), keyplan.KeyRef{Channel: "news"}
	f.Add([]byte{})
	f.Add([]byte{1})
	f.Add(bytesFrom(1, 1+12+16))
	f.Add(mustSeal(f, l, at, keyplan.KID{1}, bytesFrom(0, 16)))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if opened, err := l.Open(t.Context(), at, keyplan.KID{}, sealed); !errors.Is(err, seal.ErrSealed) || opened != nil {
			t.Errorf("opened %v, error %v", opened != nil, err)
		}
	})
}
