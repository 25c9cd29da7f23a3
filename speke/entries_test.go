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
	entries, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "live", Indexes: []uint32{70, 71, 72}, Anchor: 71})
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
	if _, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "live", Indexes: []uint32{9000}, Anchor: 9000}); !errors.Is(err, speke.ErrPeriod) {
		t.Errorf("too far ahead: %v", err)
	}
	if _, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "dead", Indexes: []uint32{1}, Anchor: 1}); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("an unknown content ID: %v", err)
	}
}

func TestTheEntryInForceNeedsNoIndex(t *testing.T) {
	p := start(t, setup{})
	entries, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "live-dash"})
	if err != nil || len(entries) != 1 || !entries[0].Start.Equal(noon) {
		t.Errorf("%v %v", entries, err)
	}
	if served := named(records(t, p.store, "live"), "served/"); served != nil {
		t.Errorf("served %q", served)
	}
	if _, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "dead"}); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("an unknown content ID: %v", err)
	}
}

func TestWhoAsksByAnotherProtocolIsObservedOncePerEntry(t *testing.T) {
	p := start(t, setup{})
	entries, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "live", Indexes: []uint32{70, 71, 72}, Anchor: 71})
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

func TestAnotherProtocolGetsKeysOfAnyTracks(t *testing.T) {
	open := liveChannel(t, tenMinutes)
	open.Tracks, open.Any = nil, true
	p := start(t, setup{channels: []speke.Channel{open}})
	asked := speke.Indexed{ContentID: "live", Indexes: []uint32{70, 71}, Anchor: 71, Tracks: []keyplan.Track{"SD", "AUDIO"}, Scheme: keyplan.CBCS}
	entries, err := p.handler.Entries(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.handler.Entries(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		for _, track := range asked.Tracks {
			k, ok := e.Key(track, keyplan.CBCS)
			if same, _ := again[i].Key(track, keyplan.CBCS); !ok || same.KID != k.KID {
				t.Errorf("%s, track %s: %v, asked again %v", e.Start, track, k.KID, same.KID)
			}
		}
	}
	asked.Tracks = nil
	for i := range keyplan.MaxTracks + 1 {
		asked.Tracks = append(asked.Tracks, keyplan.Track(rune('A'+i)))
	}
	if _, err := p.handler.Entries(t.Context(), asked); !errors.Is(err, keyplan.ErrTooManyTracks) {
		t.Errorf("too many: %v", err)
	}
}
