package speke_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

func TestAnotherProtocolGetsTheEntriesThatSPEKEServes(t *testing.T) {
	p := start(t, setup{})
	// A packager that asks from the one before the current on names the second as current.
	entries, err := p.handler.Entries(t.Context(), "live", []uint32{70, 71, 72}, 71)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"11:50", "12:00", "12:10"} {
		if !entries[i].Start.Equal(at(want)) {
			t.Errorf("entry %d begins at %s, want %s", i, entries[i].Start, want)
		}
	}
	if diff := cmp.Diff(entries[2].Start, p.starts("live", 72)[0]); diff != "" {
		t.Errorf("SPEKE (-want +got)\n%s", diff)
	}
	if _, err := p.handler.Entries(t.Context(), "live", []uint32{9000}, 9000); !errors.Is(err, speke.ErrPeriod) {
		t.Errorf("too far ahead: %v", err)
	}
	if _, err := p.handler.Entries(t.Context(), "dead", []uint32{1}, 1); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("an unknown content ID: %v", err)
	}
}

func TestTheEntryInForceNeedsNoIndex(t *testing.T) {
	p := start(t, setup{})
	e, err := p.handler.Current(t.Context(), "live-dash")
	if err != nil || !e.Start.Equal(noon) {
		t.Errorf("%v %v", e, err)
	}
	if served := named(records(t, p.store, "live"), "served/"); served != nil {
		t.Errorf("served %q", served)
	}
	if _, err := p.handler.Current(t.Context(), "dead"); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("an unknown content ID: %v", err)
	}
}

func TestWhoAsksByAnotherProtocolIsObservedOncePerEntry(t *testing.T) {
	p := start(t, setup{})
	entries, err := p.handler.Entries(t.Context(), "live", []uint32{70, 71, 72}, 71)
	if err != nil {
		t.Fatal(err)
	}
	p.handler.Observe("live", "studio-b", append(entries, entries[2]))
	p.stop()
	var want []string
	for _, e := range entries {
		want = append(want, keyplan.NewSeen(e.Start, "studio-b", p.channel.Policy.PackagerInterval, noon).Record().Name)
	}
	if diff := cmp.Diff(want, named(records(t, p.store, "live"), "seen/")); diff != "" {
		t.Errorf("seen (-want +got)\n%s", diff)
	}
}
