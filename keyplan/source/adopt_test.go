package source_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

func adopt(t interface{ Fatal(...any) }, s keyplan.KeySource, channel string, kid keyplan.KID, start time.Time) string {
	key, err := s.Adopt(context.Background(), channel, kid, start)
	if err != nil {
		t.Fatal(err)
	}
	return string(key.Reveal())
}

func TestTheKeyOfAnAdoptedKIDIsHKDFOverChannelAndKID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ikm := rapid.SliceOfN(rapid.Byte(), 32, 80).Draw(t, "root")
		channel, kid := rapid.String().Draw(t, "channel"), keyplan.KID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "kid"))
		d, err := source.NewDerived(source.Root{ID: "a", Secret: keyplan.NewSecret(ikm)})
		if err != nil {
			t.Fatal(err)
		}
		var info []byte
		for _, field := range []string{"keyrotor derived v1 adopted KID", channel, string(kid[:])} {
			info = append(binary.BigEndian.AppendUint32(info, uint32(len(field))), field...)
		}
		want := mac(mac(make([]byte, 32), ikm), append(info, 1))[:16]
		for _, start := range []time.Time{newYear, newYear.Add(time.Hour), {}} {
			if adopt(t, d, channel, kid, start) != string(want) {
				t.Errorf("at %v the key differs from RFC 5869 by hand", start)
			}
		}
	})
}

func TestWhatHasNoPeriodComesFromTheOldestRoot(t *testing.T) {
	old, young := root("old", newYear, 0), root("young", newYear.Add(time.Hour), 1)
	both, alone := derived(t, young, old), derived(t, old)
	static := keyplan.KeyRef{Channel: "news", Track: "VIDEO", Scheme: keyplan.CBCS}
	if draw(t, both, static) != draw(t, alone, static) {
		t.Error("a static key comes from another root")
	}
	kid := keyplan.KID{1}
	if adopt(t, both, "news", kid, time.Time{}) != adopt(t, alone, "news", kid, newYear) {
		t.Error("the key of a static KID comes from another root")
	}
	if adopt(t, both, "news", kid, newYear.Add(time.Hour)) == adopt(t, alone, "news", kid, newYear) {
		t.Error("a KID that is first used under the new root has a key of the old one")
	}
	if key, err := both.Adopt(t.Context(), "news", kid, newYear.Add(-1)); key != nil || !errors.Is(err, source.ErrNoRoot) {
		t.Errorf("before every root: %v", err)
	}
}

func TestRandomKeysOfAKIDDiffer(t *testing.T) {
	kid := keyplan.KID{1}
	if a, b := adopt(t, source.Random{}, "news", kid, newYear), adopt(t, source.Random{}, "news", kid, newYear); a == b || len(a) != 16 {
		t.Errorf("two draws are the same: %v; %d bytes", a == b, len(a))
	}
}
