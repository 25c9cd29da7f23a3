package keyplan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestARebindingCountsOnFromTheIndexThatIsCurrent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known := drawBinding(t)
		index, now := rapid.Uint32().Draw(t, "index"), noon.Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "now")))
		b := keyplan.Rebind(known, index, now)
		if b.N != known.N+1 || b.ContentID != known.ContentID || b.Interval != known.Interval || b.Kind != keyplan.BoundAnchored {
			t.Fatal(cmp.Diff(known, b))
		}
		if b.IndexAt(now) != index || !b.Holds(index) || !b.Holds(index+1<<31-1) || b.Holds(index-1) {
			t.Fatalf("%+v: %d is current at %v", b, b.IndexAt(now), now)
		}
		if got, err := keyplan.Decode(b.Record()); err != nil || got != keyplan.Fact(b) {
			t.Fatalf("%v: %v", got, err)
		}
	})
}

func TestAnIndexBeforeTheRebindingBelongsToTheOneBefore(t *testing.T) {
	one := keyplan.Bind("a", 5000, time.Minute, noon)
	one.N = 1
	two := keyplan.Rebind(one, 0, noon.Add(time.Hour))
	three := keyplan.Rebind(two, 100, noon.Add(2*time.Hour))
	p := keyplan.NewPlan(records(one, two, three)...)
	for index, want := range map[uint32]int{100: 3, 5000: 3, 99: 2, 0: 2, 1<<32 - 1: 1} {
		if b, ok := p.BindingFor("a", index); !ok || b.N != want {
			t.Errorf("index %d: binding %d, want %d", index, b.N, want)
		}
	}
	if b, ok := p.BindingFor("b", 0); ok {
		t.Errorf("another content ID: %+v", b)
	}
}

func TestTheEndOfWhatWasServedIsThatUnderTheNewestBinding(t *testing.T) {
	one := keyplan.Bind("a", 5000, time.Minute, noon)
	one.N = 1
	served := func(id string, n int, index uint32, start int) keyplan.Served {
		return keyplan.Served{ContentID: id, N: n, Index: index, Start: noon.Add(minutes(start))}
	}
	p := keyplan.NewPlan(records(one, served("a", 1, 5003, 0), served("a", 1, 5001, 0), served("b", 1, 5009, 0), served("a", 0, 5008, 0))...)
	if end, ok := p.LastServed("a"); !ok || !end.Equal(noon.Add(minutes(4))) {
		t.Errorf("%v, %v", end, ok)
	}
	p = p.With(keyplan.Rebind(one, 0, noon.Add(time.Hour)).Record())
	if end, ok := p.LastServed("a"); ok {
		t.Errorf("nothing was served since it was bound again: %v", end)
	}
	p = p.With(served("a", 2, 1, 60).Record())
	if end, ok := p.LastServed("a"); !ok || !end.Equal(noon.Add(minutes(62))) {
		t.Errorf("%v, %v", end, ok)
	}
	if end, ok := p.LastServed("b"); ok {
		t.Errorf("not bound, and served until %v", end)
	}
}
