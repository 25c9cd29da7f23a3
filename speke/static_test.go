package speke_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

// static is a document without periods.
func static(t *testing.T) string {
	t.Helper()
	return edit(t, valid, "<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", "", `<cpix:KeyPeriodFilter periodId="now"/>`, "")
}

func TestADocumentWithoutPeriodsGetsStaticKeys(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(static(t))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Track: "VIDEO", Scheme: keyplan.CBCS})
	p.requireKey(doc.ContentKeys[1], keyplan.KeyRef{Track: "AUDIO", Scheme: keyplan.CBCS})
	if doc.Periods != nil {
		t.Errorf("periods %v where none were", doc.Periods)
	}
	p.stop()
	if recs := records(t, p.store, "live"); named(recs, "seen/") != nil || named(recs, "served/") != nil || named(recs, "bind/") != nil {
		t.Errorf("records of a period where there was none: %v", recs)
	}
}

func TestStaticKeysAreTheSameForEver(t *testing.T) {
	first := start(t, setup{source: source.Random{}})
	want := first.success(static(t))
	first.clock.forward(10000 * minute)
	again := start(t, setup{store: first.store, source: source.Random{}, clock: first.clock})
	if first.success(static(t)) != want || again.success(static(t)) != want {
		t.Error("another answer")
	}
}

func TestAChannelOfAnyTracksHasThoseThatAreAskedFor(t *testing.T) {
	open := liveChannel(t, tenMinutes)
	open.Tracks, open.Any = nil, true
	p := start(t, setup{channels: []speke.Channel{open}})
	doc := p.answered(documentOf("live", ask{index: unixNoon, track: "UHD2"}))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "UHD2", Scheme: keyplan.CBCS})
	for i := range keyplan.MaxTracks - 1 {
		p.answered(documentOf("live", ask{index: unixNoon, track: string(rune('A' + i))}))
	}
	p.refused(documentOf("live", ask{index: unixNoon, track: "one too many"}), http.StatusUnprocessableEntity, notSupported)
	p.answered(documentOf("live", ask{index: unixNoon + 1, track: "UHD2"}))
}

func TestAnAdoptedKIDKeepsItsKey(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.KID = keyplan.Adopt
	p := start(t, setup{channels: []speke.Channel{ch}, source: source.Random{}})
	doc := p.answered(valid)
	if diff := cmp.Diff([]string{videoKID, audioKID}, []string{doc.ContentKeys[0].KID.Value, doc.ContentKeys[1].KID.Value}); diff != "" {
		t.Errorf("KIDs (-want +got)\n%s", diff)
	}
	keys := [][]byte{doc.ContentKeys[0].Key(), doc.ContentKeys[1].Key()}
	if string(keys[0]) == string(keys[1]) {
		t.Error("two KIDs have one key")
	}
	again := start(t, setup{channels: []speke.Channel{ch}, source: source.Random{}, store: p.store})
	next := again.answered(edit(t, valid, `index="2953944"`, `index="2953945"`, `"cbcs"`, `"cenc"`))
	for i, key := range next.ContentKeys {
		if string(key.Key()) != string(keys[i]) {
			t.Errorf("key %d is another in the next period and another scheme", i)
		}
	}
}

func TestTwoPackagersKIDsStandSideBySide(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.KID = keyplan.Adopt
	p := start(t, setup{channels: []speke.Channel{ch}})
	p.answered(valid)
	p.answered(edit(t, valid, "1111", "3333", "2222", "4444"))
	e, ok := p.replica.Plan("live").Starting(noon)
	if !ok || len(e.Keys) != 4 {
		t.Errorf("%d keys in the entry, want 4", len(e.Keys))
	}
	p.answered(static(t)) // the same KIDs without a period
}

// A packager may use one of its KIDs for several tracks. Of ours each has its own.
func TestAnAdoptedKIDMayServeSeveralTracks(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.KID = keyplan.Adopt
	p := start(t, setup{channels: []speke.Channel{ch}})
	shared := edit(t, valid, `(UsageRule kid=")2[^"]*`, "${1}"+videoKID, `<cpix:ContentKey kid="2[^>]*>`, "", `<cpix:DRMSystem kid="2.*?</cpix:DRMSystem>`, "")
	doc := p.answered(shared)
	if len(doc.ContentKeys) != 1 || doc.UsageRules[1].KID.Value != videoKID {
		t.Errorf("%d keys, the second rule names %s", len(doc.ContentKeys), doc.UsageRules[1].KID.Value)
	}
}

func TestAKIDOfOursIsNotAdopted(t *testing.T) {
	p := start(t, setup{})
	ours := p.answered(valid).ContentKeys[0].KID.Value
	ch := liveChannel(t, tenMinutes)
	ch.KID = keyplan.Adopt
	p = start(t, setup{store: p.store, channels: []speke.Channel{ch}})
	p.refused(edit(t, valid, videoKID, ours), http.StatusUnprocessableEntity, notSupported)
}
