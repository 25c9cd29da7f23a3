package source_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

// If this KID changes, every derived key of every installation changes with it.
func TestTheDerivedKIDOfAPlaceNeverChanges(t *testing.T) {
	at := keyplan.KeyRef{Channel: "news", Start: newYear, Track: "VIDEO", Scheme: keyplan.CBCS}
	got := draw(t, derived(t, root("a", time.Time{}, 0)), at)
	if diff := cmp.Diff("74899fcd-5c81-8ca3-9ede-c10e0997e1ba", got.kid.String()); diff != "" {
		t.Error(diff)
	}
}

func TestDerivationIsHKDFOverLengthPrefixedFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ikm, at := rapid.SliceOfN(rapid.Byte(), 32, 80).Draw(t, "root"), drawRef(t)
		d, err := source.NewDerived(source.Root{ID: "a", Secret: keyplan.NewSecret(ikm)})
		if err != nil {
			t.Fatal(err)
		}
		kid := secondHKDF(ikm, "keyrotor derived v1 KID", at)
		kid[6], kid[8] = kid[6]&0x0f|0x80, kid[8]&0x3f|0x80
		key := secondHKDF(ikm, "keyrotor derived v1 content key", at)
		if draw(t, d, at) != (drawn{kid: keyplan.KID(kid), key: string(key)}) {
			t.Error("the KID or the key differs from RFC 5869 by hand")
		}
	})
}

// secondHKDF is HKDF-SHA-256 by hand: extract without salt, then one block of expand.
func secondHKDF(ikm []byte, label string, at keyplan.KeyRef) []byte {
	prk := mac(make([]byte, 32), ikm)
	var info []byte
	text := func(s string) {
		info = binary.BigEndian.AppendUint32(info, uint32(len(s)))
		info = append(info, s...)
	}
	integer := func(n uint64) {
		info = binary.BigEndian.AppendUint64(append(info, 0, 0, 0, 8), n)
	}
	text(label)
	text(at.Channel)
	integer(uint64(at.Start.Unix()))
	text(string(at.Track))
	text(string(at.Scheme))
	integer(uint64(at.Generation))
	return mac(prk, append(info, 1))[:16]
}

func mac(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(message)
	return h.Sum(nil)
}

func TestADerivedKeyIsAFunctionOfItsPlace(t *testing.T) {
	one, other := derived(t, root("a", time.Time{}, 0)), derived(t, root("renamed", time.Time{}, 0))
	rapid.Check(t, func(t *rapid.T) {
		at := drawRef(t)
		elsewhere := at
		elsewhere.Start = at.Start.In(time.FixedZone("", 3600))
		if draw(t, one, at) != draw(t, other, elsewhere) {
			t.Error("the same place and root gave two results")
		}
	})
}

func TestEveryFieldOfThePlaceAndTheRootMatter(t *testing.T) {
	d, other := derived(t, root("a", time.Time{}, 0)), derived(t, root("a", time.Time{}, 1))
	rapid.Check(t, func(t *rapid.T) {
		at := drawRef(t)
		base := draw(t, d, at)
		checkDifferent(t, "root", base, draw(t, other, at))
		for _, change := range changes() {
			changed := at
			change.apply(&changed)
			checkDifferent(t, change.name, base, draw(t, d, changed))
		}
	})
}

type change struct {
	name  string
	apply func(*keyplan.KeyRef)
}

func changes() []change {
	return []change{
		{"channel", func(at *keyplan.KeyRef) { at.Channel += "x" }},
		{"start", func(at *keyplan.KeyRef) { at.Start = at.Start.Add(time.Second) }},
		{"track", func(at *keyplan.KeyRef) { at.Track += "x" }},
		{"scheme", func(at *keyplan.KeyRef) { at.Scheme += "x" }},
		{"generation", func(at *keyplan.KeyRef) { at.Generation++ }},
	}
}

func checkDifferent(t *rapid.T, what string, a, b drawn) {
	if a.kid == b.kid || a.key == b.key {
		t.Errorf("another %s: same KID %v, same key %v", what, a.kid == b.kid, a.key == b.key)
	}
}

// Moving text from the end of one field to the beginning of the next is another place.
func TestFieldsDoNotRunIntoEachOther(t *testing.T) {
	d := derived(t, root("a", time.Time{}, 0))
	rapid.Check(t, func(t *rapid.T) {
		inTrack := drawRef(t)
		inScheme := inTrack
		text := rapid.StringN(1, 20, -1).Draw(t, "text")
		inTrack.Track += keyplan.Track(text)
		inScheme.Scheme = keyplan.Scheme(text) + inScheme.Scheme
		checkDifferent(t, "cut between fields", draw(t, d, inTrack), draw(t, d, inScheme))
	})
}

func TestADerivedKIDTellsNothingOfItsKey(t *testing.T) {
	d := derived(t, root("a", time.Time{}, 0))
	rapid.Check(t, func(t *rapid.T) {
		got := draw(t, d, drawRef(t))
		if got.kid[6]>>4 != 8 || got.kid[8]>>6 != 0b10 {
			t.Errorf("%s is not a UUID of version 8", got.kid)
		}
		for i := range 13 {
			if strings.Contains(got.key, string(got.kid[i:i+4])) {
				t.Error("four bytes of the KID stand in the key")
			}
		}
	})
}

func TestTheNewestRootThatHasBegunIsUsed(t *testing.T) {
	later := newYear.Add(time.Hour)
	always, first, second := root("always", time.Time{}, 0), root("first", newYear, 1), root("second", later, 2)
	d := derived(t, second, always, first)
	for _, c := range []struct {
		name  string
		start time.Time
		want  source.Root
	}{
		{"long before any From", time.Unix(0, 0), always},
		{"a second before a From", newYear.Add(-time.Second), always},
		{"at a From", newYear, first},
		{"a second before the next", later.Add(-time.Second), first},
		{"at the next", later, second},
		{"long after", later.AddDate(10, 0, 0), second},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := keyplan.KeyRef{Channel: "news", Start: c.start, Track: "VIDEO", Scheme: keyplan.CBCS}
			if draw(t, d, at) != draw(t, derived(t, source.Root{ID: "alone", Secret: c.want.Secret}), at) {
				t.Errorf("at %s another root than %q was used", c.start, c.want.ID)
			}
		})
	}
}

func TestAPeriodBeforeEveryRootIsAnError(t *testing.T) {
	at := keyplan.KeyRef{Channel: "news", Start: newYear.Add(-time.Second)}
	_, key, err := derived(t, root("a", newYear, 0)).Draw(t.Context(), at)
	if !errors.Is(err, source.ErrNoRoot) || key != nil {
		t.Fatalf("got %v and a key: %v", err, key != nil)
	}
	want := `derive the key of channel "news" at 2025-12-31T23:59:59Z: no root secret reaches back to this key period`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestADerivedSourceDoesNotPrint(t *testing.T) {
	d := derived(t, root("a", time.Time{}, 'A'))
	prk := mac(make([]byte, 32), secret('A', 32))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		printed := fmt.Sprintf(verb+verb, d, *d)
		checkSilent(t, printed, secret('A', 32))
		checkSilent(t, printed, prk)
	}
}
