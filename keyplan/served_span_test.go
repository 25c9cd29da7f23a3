package keyplan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestASpanThatWasServedIsFoundByItsSeconds(t *testing.T) {
	want := keyplan.ServedSpan{ContentID: "a", From: noon, To: noon.Add(minutes(1)), Start: noon}
	p := keyplan.NewPlan(keyplan.NewServedSpan("a", noon.Add(1), noon.Add(minutes(1)).In(time.FixedZone("", 3600)), noon).Record())
	got, ok := p.ServedSpan("a", noon, noon.Add(minutes(1)+999*time.Millisecond))
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("found %v: %s", ok, diff)
	}
	for name, find := range map[string]func() (keyplan.ServedSpan, bool){
		"another content ID": func() (keyplan.ServedSpan, bool) { return p.ServedSpan("b", noon, noon.Add(minutes(1))) },
		"another end":        func() (keyplan.ServedSpan, bool) { return p.ServedSpan("a", noon, noon.Add(minutes(2))) },
	} {
		if s, ok := find(); ok {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestTheEntryThatASpanOverlapsMostIsFoundTheEarlierOfEquals(t *testing.T) {
	p := keyplan.NewPlan(append(chain(noon, 3), first(1, 0).Record())...)
	tests := []struct {
		name     string
		from, to int // seconds after noon
		want     int // minute at which the entry begins; -1: none
	}{
		{"a period", 60, 120, 1},
		{"more of the first", 20, 99, 0},
		{"more of the second", 20, 101, 1},
		{"half and half", 20, 100, 0},
		{"all", 0, 180, 0},
		{"from before the plan", -600, 61, 0},
		{"beyond the plan", 130, 900, 2},
		{"an instant", 60, 60, 1},
		{"backwards", 59, 10, 0},
		{"before the plan", -60, 0, -1},
		{"after it", 180, 240, -1},
	}
	for _, tt := range tests {
		e, ok := p.MostOverlapped(noon.Add(time.Duration(tt.from)*time.Second), noon.Add(time.Duration(tt.to)*time.Second))
		if ok != (tt.want >= 0) || ok && !e.Start.Equal(noon.Add(minutes(tt.want))) {
			t.Errorf("%s: %v, %+v", tt.name, ok, e)
		}
	}
}

func TestNoEntryIsOverlappedMoreThanTheOneThatIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := keyplan.NewPlan(drawSet(t)...)
		second := rapid.IntRange(-100, 1400)
		from := noon.Add(time.Duration(second.Draw(t, "from")) * time.Second)
		to := from.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "length")) * time.Second)
		found, ok := p.MostOverlapped(from, to)
		var most int // in seconds, by counting them
		var want *keyplan.Entry
		for _, e := range p.Entries() {
			n := 0
			for at := from; at.Before(to); at = at.Add(time.Second) {
				if e.Contains(at) {
					n++
				}
			}
			if n > most {
				most, want = n, e
			}
		}
		if found != want || ok != (want != nil) {
			t.Fatalf("%v: %s", ok, cmp.Diff(want, found))
		}
	})
}
