package speke_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

const unsupportedP0 = "Unsupported ContentKeyPeriod p0"

func TestARequestExtendsThePlanUpToMaxAhead(t *testing.T) {
	short := "{rotate: {every: 10m}, ahead: 1, max_ahead: 4}"
	p := start(t, setup{channels: []speke.Channel{liveChannel(t, short)}})
	p.starts("live", unixNoon)
	before := len(p.replica.Plan("live").Entries())
	p.refused(documentOf("live", ask{index: unixNoon + 5}), http.StatusUnprocessableEntity, unsupportedP0)
	if after := len(p.replica.Plan("live").Entries()); after != before {
		t.Errorf("%d periods were planned for a request that was refused", after-before)
	}
	if got := p.starts("live", unixNoon+4); !got[0].Equal(at("12:40")) {
		t.Errorf("the fourth period ahead is %s", got[0])
	}
	p.refused(documentOf("live", ask{index: unixNoon + 5}), http.StatusUnprocessableEntity, unsupportedP0)
	p.clock.forward(10 * minute)
	if got := p.starts("live", unixNoon+5); !got[0].Equal(at("12:50")) {
		t.Errorf("the fourth period ahead is %s", got[0])
	}
}

func TestOnePeriodThatCannotBeServedFailsTheDocument(t *testing.T) {
	p := start(t, setup{})
	document := documentOf("live", indexes(unixNoon, unixNoon+1, unixNoon+4000, unixNoon+5000)...)
	p.refused(document, http.StatusUnprocessableEntity, "Unsupported ContentKeyPeriod p2")
	if served := named(records(t, p.store, "live"), "served/"); served != nil {
		t.Errorf("served %q", served)
	}
}

func TestADocumentThatIsRefusedBindsNothing(t *testing.T) {
	p := start(t, setup{})
	p.refused(documentOf("live", indexes(7, 9000)...), http.StatusUnprocessableEntity, "Unsupported ContentKeyPeriod p1")
	if got := p.starts("live", unixNoon+1); !got[0].Equal(at("12:10")) {
		t.Errorf("the index that counts from the epoch got %s", got[0])
	}
}

func TestBeforeThePlanNothingIsServed(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	for _, index := range []uint32{unixNoon - 100, 1, 0} {
		p.refused(documentOf("live", ask{index: index}), http.StatusUnprocessableEntity, unsupportedP0)
	}
}

// At ten minutes each, some numbers are more than 292 years away, which is all that a
// duration can hold: an instant that wraps around would hit the plan again.
func TestAnIndexCenturiesAwayIsNotTakenForANearOne(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	const wrapped = 30744573 // 2⁶⁴ nanoseconds in ten minutes, rounded down
	for _, away := range []uint32{wrapped, wrapped + 1, 1 << 31, -wrapped & 0xffffffff} {
		index := unixNoon + away
		p.refused(documentOf("live", ask{index: index}), http.StatusUnprocessableEntity, unsupportedP0)
	}
}

func TestAPeriodOutOfKeepIsNotServed(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	end := noon.Add(10 * minute)
	p.clock.set(end.Add(24 * time.Hour))
	p.starts("live", unixNoon)
	p.clock.forward(1)
	p.refused(documentOf("live", ask{index: unixNoon}), http.StatusUnprocessableEntity, unsupportedP0)
}

func TestAPurgedPeriodIsNotServed(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon, unixNoon+1)
	p.clock.forward(49 * time.Hour)
	p.starts("live", unixNoon+49*6)
	purge := p.replica.Plan("live").Purge(p.channel.Policy, p.clock.now())
	if len(purge.Names) == 0 {
		t.Fatal("nothing to purge")
	}
	if _, err := p.replica.Create(t.Context(), "live", purge.Tombstone); err != nil {
		t.Fatal(err)
	}
	if err := p.replica.Delete(t.Context(), "live", purge.Names...); err != nil {
		t.Fatal(err)
	}
	p.refused(documentOf("live", ask{index: unixNoon}), http.StatusUnprocessableEntity, unsupportedP0)
	p.starts("live", unixNoon+49*6+1)
}

func TestATrackThatTheChannelGainedHasKeysInPlannedPeriodsToo(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	wider := liveChannel(t, tenMinutes)
	wider.Tracks = append([]keyplan.Track{"UHD"}, wider.Tracks...)
	p = start(t, setup{store: p.store, channels: []speke.Channel{wider}})
	doc := p.answered(documentOf("live", ask{index: unixNoon, track: "UHD"}, ask{index: unixNoon + 50, track: "UHD"}))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "UHD", Scheme: keyplan.CBCS})
	p.requireKey(doc.ContentKeys[1], keyplan.KeyRef{Start: noon.Add(500 * minute), Track: "UHD", Scheme: keyplan.CBCS})
}

func TestAPeriodIDIsRepeatedAsItCame(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	id := "período-1"
	p.refused(edit(t, valid, `"now"`, fmt.Sprintf("%q", id), "2953944", "1"), http.StatusUnprocessableEntity, "Unsupported ContentKeyPeriod "+id)
}
