package keyplan_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestIndexesCountFromTheBinding(t *testing.T) {
	unix := keyplan.UnixBinding("a", 10*time.Second)
	numbered := keyplan.Binding{Kind: keyplan.BoundConfigured, Index: 7, At: noon, Interval: time.Minute}
	almostOver := keyplan.Binding{Kind: keyplan.BoundAnchored, Index: math.MaxUint32, At: noon, Interval: time.Minute}
	tests := []struct {
		name    string
		binding keyplan.Binding
		at      string
		want    uint32
	}{
		{"the epoch", unix, "1970-01-01T00:00:09Z", 0},
		{"the first of the epoch's second interval", unix, "1970-01-01T00:00:10Z", 1},
		{"before the epoch", unix, "1969-12-31T23:59:59Z", math.MaxUint32},
		{"after 2038", unix, "2038-01-19T03:14:10Z", 214748365},
		{"after 2106", unix, "2106-02-07T06:28:20Z", 429496730},
		{"seconds after 2106 have rolled over", keyplan.UnixBinding("a", time.Second), "2106-02-07T06:28:16Z", 0},
		{"seconds at their last", keyplan.UnixBinding("a", time.Second), "2106-02-07T06:28:15Z", math.MaxUint32},
		{"where it is bound", numbered, "2026-11-21T12:00:00Z", 7},
		{"the last instant of the bound one", numbered, "2026-11-21T12:00:59.999999999Z", 7},
		{"the next", numbered, "2026-11-21T12:01:00Z", 8},
		{"the last instant before", numbered, "2026-11-21T11:59:59.999999999Z", 6},
		{"rolled over backwards", numbered, "2026-11-21T11:52:30Z", math.MaxUint32},
		{"rolled over", almostOver, "2026-11-21T12:01:00Z", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := instant(t, tt.at)
			if got := tt.binding.IndexAt(at); got != tt.want {
				t.Errorf("index %d, want %d", got, tt.want)
			}
			if middle := tt.binding.Middle(tt.want, at); middle.Sub(at).Abs() > tt.binding.Interval {
				t.Errorf("its middle is %v", middle)
			}
		})
	}
}

func drawBinding(t *rapid.T) keyplan.Binding {
	return keyplan.Binding{
		ContentID: "a", N: 1,
		Kind:     rapid.SampledFrom([]keyplan.BindingKind{keyplan.BoundConfigured, keyplan.BoundAnchored}).Draw(t, "kind"),
		Index:    rapid.Uint32().Draw(t, "index"),
		At:       time.Unix(rapid.Int64Range(-62_000_000_000, 16_000_000_000).Draw(t, "at"), 0).UTC(),
		Interval: time.Duration(rapid.Int64Range(1, 366*24*3600).Draw(t, "interval")) * time.Second,
	}
}

func TestMiddleAndIndexAtAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBinding(t)
		now := time.Unix(rapid.Int64Range(0, 8_000_000_000).Draw(t, "now"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		index := rapid.OneOf(rapid.Uint32(), rapid.Just(b.IndexAt(now)), rapid.Just(b.IndexAt(now)+1<<31-1)).Draw(t, "asked")
		middle := b.Middle(index, now)
		if got := b.IndexAt(middle); got != index {
			t.Fatalf("%v: the middle of %d is %v, whose index is %d", b, index, middle, got)
		}
		for off, want := range map[time.Duration]uint32{
			-b.Interval / 2: index, b.Interval - b.Interval/2 - 1: index, b.Interval - b.Interval/2: index + 1, -b.Interval/2 - 1: index - 1,
		} {
			if got := b.IndexAt(middle.Add(off)); got != want {
				t.Fatalf("%v: %v from the middle of %d is %d", b, off, index, got)
			}
		}
	})
}

func TestTheNearestOfEqualIndexesIsMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBinding(t)
		now := time.Unix(rapid.Int64Range(0, 8_000_000_000).Draw(t, "now"), 0)
		off := rapid.Int32().Draw(t, "off")
		middle := b.Middle(b.IndexAt(now)+uint32(off), now)
		// In seconds: a Duration would overflow.
		away := middle.Unix() - now.Unix()
		if interval := int64(b.Interval / time.Second); away < (int64(off)-1)*interval-1 || away > (int64(off)+1)*interval+1 {
			t.Fatalf("%d intervals of %v off is %v at %v", off, b.Interval, middle, now)
		}
	})
}

func TestAFirstIndexWithinTwoOfTheEpochsCountsFromTheEpoch(t *testing.T) {
	const interval = 10 * time.Minute
	now := noon.Add(7*time.Minute + 30*time.Second + 1)
	current := keyplan.UnixBinding("a", interval).IndexAt(now)
	for off := int64(-4); off <= 4; off++ {
		index := uint32(int64(current) + off)
		want := keyplan.UnixBinding("a", interval)
		if off < -2 || off > 2 {
			want = keyplan.Binding{ContentID: "a", Kind: keyplan.BoundAnchored, Index: index, At: noon, Interval: interval}
		}
		if diff := cmp.Diff(want, keyplan.Bind("a", index, interval, now)); diff != "" {
			t.Errorf("%d off: %s", off, diff)
		}
	}
}

func TestTheFirstIndexIsTheCurrentOneOrNearIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval := time.Duration(rapid.Int64Range(1, 366*24*3600).Draw(t, "interval")) * time.Second
		now := time.Unix(rapid.Int64Range(0, 16_000_000_000).Draw(t, "now"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		index := rapid.Uint32().Draw(t, "index")
		b := keyplan.Bind("a", index, interval, now)
		away := int32(index - b.IndexAt(now))
		if b.Kind == keyplan.BoundAnchored && away != 0 || away < -2 || away > 2 {
			t.Fatalf("%v: %d is %d away", b, index, away)
		}
		if b.At.Unix()%int64(interval/time.Second) != 0 || b.At.Location() != time.UTC || b.Interval != interval {
			t.Fatalf("%v", b)
		}
	})
}
