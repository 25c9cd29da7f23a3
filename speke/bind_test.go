package speke_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

// bindings gives the kinds of the bindings of "live" that a store holds, oldest first.
func bindings(t *testing.T, p *provider) []keyplan.BindingKind {
	t.Helper()
	var kinds []keyplan.BindingKind
	for _, r := range records(t, p.store, "live") {
		fact, err := keyplan.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := fact.(keyplan.Binding); ok {
			kinds = append(kinds, b.Kind)
		}
	}
	return kinds
}

func TestAContentIDIsBoundOnce(t *testing.T) {
	for index, kind := range map[uint32]keyplan.BindingKind{unixNoon + 2: keyplan.BoundUnix, unixNoon + 3: keyplan.BoundAnchored} {
		p := start(t, setup{})
		p.starts("live", index)
		p.clock.forward(30 * minute)
		p.starts("live", index+1, index+2)
		if diff := cmp.Diff([]keyplan.BindingKind{kind}, bindings(t, p)); diff != "" {
			t.Errorf("index %d (-want +got)\n%s", index, diff)
		}
	}
}

func TestAChangedConfigurationBindsAnew(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 7)
	ten := speke.BindingConfig{Index: new(uint32(10)), At: new(noon.In(time.FixedZone("", 3600)))}
	for range 2 {
		p = start(t, setup{store: p.store, channels: []speke.Channel{bound(liveChannel(t, tenMinutes), ten)}})
		want := []time.Time{at("12:10"), at("12:00"), at("12:00")}
		if diff := cmp.Diff(want, p.starts("live", 11, 10, 7)); diff != "" {
			t.Errorf("index 7 was served, 10 and 11 are configured (-want +got)\n%s", diff)
		}
	}
	p = start(t, setup{store: p.store, channels: []speke.Channel{bound(liveChannel(t, tenMinutes), speke.BindingConfig{Unix: true})}})
	p.starts("live", unixNoon+1)
	want := []keyplan.BindingKind{keyplan.BoundAnchored, keyplan.BoundConfigured, keyplan.BoundUnix}
	if diff := cmp.Diff(want, bindings(t, p)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAConfiguredBindingCountsEvenIfAnotherWasKeptFirst(t *testing.T) {
	first := start(t, setup{})
	ten := speke.BindingConfig{Index: new(uint32(10)), At: new(noon)}
	second := start(t, setup{store: first.store, channels: []speke.Channel{bound(liveChannel(t, tenMinutes), ten)}})
	first.starts("live", 7)
	if got := second.starts("live", 10); !got[0].Equal(noon) {
		t.Errorf("index 10 got %s", got[0])
	}
}

func TestOfTwoReplicasThatAnchorTheFirstCounts(t *testing.T) {
	first := start(t, setup{})
	second := start(t, setup{store: first.store, clock: first.clock})
	first.starts("live", 7)
	first.clock.forward(10 * minute)
	if got := second.starts("live", 9); !got[0].Equal(at("12:20")) {
		t.Errorf("index 9 got %s, although 7 began at noon", got[0])
	}
	if diff := cmp.Diff([]keyplan.BindingKind{keyplan.BoundAnchored}, bindings(t, first)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnotherIntervalBindsAConfiguredContentIDAnew(t *testing.T) {
	ten := speke.BindingConfig{Index: new(uint32(10)), At: new(noon)}
	p := start(t, setup{channels: []speke.Channel{bound(liveChannel(t, tenMinutes), ten)}})
	p.starts("live", 10)
	faster := "{rotate: {every: 10m}, packager_interval: 5m}"
	p = start(t, setup{store: p.store, channels: []speke.Channel{bound(liveChannel(t, faster), ten)}})
	if diff := cmp.Diff([]time.Time{at("12:00"), at("12:00"), at("12:10")}, p.starts("live", 10, 11, 12)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnotherIntervalBindsAContentIDAnewThatBoundItself(t *testing.T) {
	for name, first := range map[string]uint32{"unix": unixNoon, "anchored": 7} {
		t.Run(name, func(t *testing.T) {
			p := start(t, setup{})
			p.starts("live", first)
			faster := "{rotate: {every: 10m}, packager_interval: 5m}"
			p = start(t, setup{store: p.store, channels: []speke.Channel{liveChannel(t, faster)}})
			next := first + 1 // as the packager goes on counting
			if name == "unix" {
				next = uint32(noon.Unix() / 300)
			}
			if diff := cmp.Diff([]time.Time{at("12:00"), at("12:10")}, p.starts("live", next, next+2)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if diff := cmp.Diff([]time.Time{at("12:00")}, p.starts("live", first)); diff != "" {
				t.Errorf("an index that was served (-want +got)\n%s", diff)
			}
		})
	}
}

func TestABindingIsOneThingOrTheOther(t *testing.T) {
	for _, tc := range []struct {
		name   string
		config speke.BindingConfig
		want   keyplan.Problems
	}{
		{"unix", speke.BindingConfig{Unix: true}, nil},
		{"index and at", speke.BindingConfig{Index: new(uint32(0)), At: new(noon)}, nil},
		{"neither", speke.BindingConfig{}, keyplan.Problems{{Want: "either unix: true, or index and at"}}},
		{"both", speke.BindingConfig{Unix: true, At: new(noon)}, keyplan.Problems{{Want: "either unix: true, or index and at"}}},
		{"index alone", speke.BindingConfig{Index: new(uint32(1))}, keyplan.Problems{{Want: "index and at together"}}},
		{"at alone", speke.BindingConfig{At: new(noon)}, keyplan.Problems{{Want: "index and at together"}}},
		{"a fraction of a second", speke.BindingConfig{Index: new(uint32(1)), At: new(noon.Add(1))}, keyplan.Problems{{Key: "at", Want: "whole seconds"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.config.Validate()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
