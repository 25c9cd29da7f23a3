package keyplan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

// adopt is a draft of Adopt for the entry at an instant, or the static one if that is zero.
func adopt(t tester, ch *keyplan.Channel, kid keyplan.KID, track keyplan.Track, scheme keyplan.Scheme, at time.Time) keyplan.Draft {
	pl := newPlanner(t)
	return func(p *keyplan.Plan) ([]keyplan.Record, error) {
		e := p.StaticEntry()
		if !at.IsZero() {
			e, _ = p.At(at)
		}
		return pl.Adopt(context.Background(), ch, p, e, kid, track, scheme)
	}
}

func adopting(t tester) *keyplan.Channel {
	t.Helper()
	ch := live(t, minutely())
	ch.KID = keyplan.Adopt
	return ch
}

func TestAChannelThatAdoptsPlansPeriodsWithoutKeys(t *testing.T) {
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, adopting(t), noon))
	for _, e := range p.Entries() {
		if len(e.Keys) > 0 {
			t.Errorf("%v has %d keys", e.Period, len(e.Keys))
		}
	}
	if len(p.Entries()) != 6 {
		t.Errorf("%d periods", len(p.Entries()))
	}
}

func TestAKIDHasOneKeyWhereverItIsUsed(t *testing.T) {
	ch, pl, kid := adopting(t), newPlanner(t), keyplan.KID{1, 2, 3}
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	uses := []struct {
		track  keyplan.Track
		scheme keyplan.Scheme
		at     time.Time
	}{
		{"VIDEO", keyplan.CBCS, noon}, {"VIDEO", keyplan.CENC, noon}, {"AUDIO", keyplan.CBCS, noon},
		{"VIDEO", keyplan.CBCS, noon.Add(minutes(2))}, {"VIDEO", keyplan.CBCS, time.Time{}},
	}
	var keys [][]byte
	for _, u := range uses {
		p = settled(t, p, adopt(t, ch, kid, u.track, u.scheme, u.at))
		e := p.StaticEntry()
		if !u.at.IsZero() {
			e, _ = p.At(u.at)
		}
		k, ok := e.Adopted(kid, u.track, u.scheme)
		secret, err := pl.Sealer.Open(t.Context(), e.Ref(ch.ID, k), kid, k.Sealed)
		if !ok || err != nil {
			t.Fatalf("%+v: has it %v, %v", u, ok, err)
		}
		keys = append(keys, secret.Reveal())
		check, _ := keyplan.KeyCheck(kid, secret)
		if u.scheme == keyplan.CENC && !bytes.Equal(k.Check, check) || (u.scheme == keyplan.CBCS) != bytes.Equal(k.IV, keyplan.ExplicitIV(kid, keyplan.CBCS)) {
			t.Errorf("%+v: check %x, IV %x", u, k.Check, k.IV)
		}
		if _, ours := e.Key(u.track, u.scheme); ours {
			t.Errorf("%+v: an adopted key is taken for ours", u)
		}
	}
	for _, key := range keys {
		if len(key) != 16 || !bytes.Equal(key, keys[0]) {
			t.Error("the KID has two keys")
		}
	}
	if e, k, ok := p.KID(kid); !ok || !e.Start.Equal(noon.Add(minutes(2))) || !k.Adopted {
		t.Errorf("found by KID %v, in the period at %v", ok, e.Start)
	}
}

func TestTwoPackagersKIDsStandSideBySide(t *testing.T) {
	ch := adopting(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	for _, kid := range []keyplan.KID{{2}, {1}} {
		p = settled(t, p, adopt(t, ch, kid, "VIDEO", keyplan.CBCS, noon))
	}
	var got []keyplan.KID
	for _, l := range p.Licensable(ch.Policy, noon) {
		for _, k := range l.Keys {
			got = append(got, k.KID)
		}
	}
	if diff := cmp.Diff([]keyplan.KID{{1}, {2}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAKIDOfOursIsNotAdopted(t *testing.T) {
	ch, pl := live(t, minutely()), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	p = p.With(keyplan.Static{ContentKey: aKey(time.Time{}, "VIDEO")}.Record())
	e, _ := p.At(noon)
	for name, kid := range map[string]keyplan.KID{"planned": e.Keys[1].KID, "static": p.StaticKeys()[0].KID} {
		if recs, err := pl.Adopt(t.Context(), ch, p, e, kid, "VIDEO", keyplan.CBCS); recs != nil || !errors.Is(err, keyplan.ErrKIDTaken) {
			t.Errorf("%s: %d records, %v", name, len(recs), err)
		}
	}
}

func TestAnEntryHasABoundedNumberOfAdoptedKIDs(t *testing.T) {
	ch, pl := adopting(t), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	e, _ := p.At(noon)
	var kid keyplan.KID
	for n := range keyplan.MaxAdopted {
		binary.BigEndian.PutUint32(kid[:], uint32(n))
		recs, err := pl.Adopt(t.Context(), ch, p, e, kid, "VIDEO", keyplan.CBCS)
		if err != nil || len(recs) != 2 {
			t.Fatalf("%d: %d records, %v", n, len(recs), err)
		}
		p = p.With(recs...)
	}
	if recs, err := pl.Adopt(t.Context(), ch, p, e, keyplan.KID{0xff}, "VIDEO", keyplan.CBCS); recs != nil || !errors.Is(err, keyplan.ErrTooManyKIDs) {
		t.Errorf("one more: %d records, %v", len(recs), err)
	}
	if recs, err := pl.Adopt(t.Context(), ch, p, e, kid, "VIDEO", keyplan.CBCS); recs != nil || err != nil {
		t.Errorf("one of them again: %d records, %v", len(recs), err)
	}
}
