package speke_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke"
)

// unixNoon is the index of the ten minutes from noon on, counted from the epoch.
const unixNoon = 2953944

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2026-03-01 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// bound is a channel whose content ID "live" counts as configured.
func bound(ch speke.Channel, b speke.BindingConfig) speke.Channel {
	ch.Bindings = map[string]speke.BindingConfig{"live": b}
	return ch
}

func TestAnIndexResolvesThroughTime(t *testing.T) {
	unix := speke.BindingConfig{Unix: true}
	ten := speke.BindingConfig{Index: new(uint32(10)), At: new(noon)}
	last := speke.BindingConfig{Index: new(uint32(4294967295)), At: new(noon)}
	offset := speke.BindingConfig{Index: new(uint32(10)), At: new(noon.Add(4 * minute))}
	for _, tc := range []struct {
		name    string
		binding *speke.BindingConfig // nil: bound at first sight
		policy  string
		index   uint32
		now     string
		start   string
	}{
		{"counted from the epoch", &unix, tenMinutes, unixNoon, "12:01", "12:00"},
		{"the one before", &unix, tenMinutes, unixNoon - 1, "12:01", "11:50"},
		{"three ahead", &unix, tenMinutes, unixNoon + 3, "12:01", "12:30"},
		{"an instant before the boundary", &unix, tenMinutes, unixNoon, "12:10", "12:00"},
		{"every 5 minutes of a day", &unix, daily, 5907888, "12:01", "04:00"},
		{"configured", &ten, tenMinutes, 10, "12:01", "12:00"},
		{"configured, much later", &ten, tenMinutes, 10 + 36, "18:01", "18:00"},
		{"configured, before its beginning", &ten, tenMinutes, 8, "11:45", "11:40"},
		{"configured at a phase of its own, nearer to the earlier", &offset, tenMinutes, 10, "12:01", "12:00"},
		{"the last number", &last, tenMinutes, 4294967295, "12:01", "12:00"},
		{"zero after the last number", &last, tenMinutes, 0, "12:01", "12:10"},
		{"one after the last number", &last, tenMinutes, 1, "12:11", "12:20"},
		{"the number before the last", &last, tenMinutes, 4294967294, "12:01", "11:50"},
		{"at first sight the current", nil, tenMinutes, unixNoon, "12:09", "12:00"},
		{"at first sight two ahead", nil, tenMinutes, unixNoon + 2, "12:01", "12:20"},
		{"at first sight two behind", nil, tenMinutes, unixNoon - 2, "12:01", "11:40"},
		{"at first sight three ahead is another count", nil, tenMinutes, unixNoon + 3, "12:01", "12:00"},
		{"at first sight three behind is another count", nil, tenMinutes, unixNoon - 3, "12:01", "12:00"},
		{"at first sight zero", nil, tenMinutes, 0, "12:01", "12:00"},
		{"at first sight the last number", nil, tenMinutes, 4294967295, "12:01", "12:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ch := liveChannel(t, tc.policy)
			if tc.binding != nil {
				ch = bound(ch, *tc.binding)
			}
			p := start(t, setup{clock: newClock(at(tc.now)), channels: []speke.Channel{ch}})
			if diff := cmp.Diff([]time.Time{at(tc.start)}, p.starts("live", tc.index)); diff != "" {
				t.Errorf("start of the period (-want +got)\n%s", diff)
			}
		})
	}
}

func TestAnAnchoredCountGoesOn(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 4294967294)
	p.clock.forward(25 * minute)
	got := p.starts("live", 4294967295, 0, 1, 4294967293)
	if diff := cmp.Diff([]time.Time{at("12:10"), at("12:20"), at("12:30"), at("11:50")}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPeriodsOfOneDocumentResolveInAnyOrder(t *testing.T) {
	for name, base := range map[string]uint32{"from the epoch": unixNoon, "anchored": 7, "around the roll-over": 4294967295} {
		forward := start(t, setup{}).starts("live", base, base+1, base+2, base+3)
		backward := start(t, setup{}).starts("live", base+3, base+1, base+2, base)
		want := []time.Time{at("12:00"), at("12:10"), at("12:20"), at("12:30")}
		if diff := cmp.Diff(want, forward); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff([]time.Time{want[3], want[1], want[2], want[0]}, backward); diff != "" {
			t.Errorf("%s, backwards (-want +got)\n%s", name, diff)
		}
	}
}

func TestContentIDsOfOneChannelShareItsKeys(t *testing.T) {
	p := start(t, setup{})
	first := p.answered(documentOf("live", ask{index: unixNoon}))
	second := p.answered(documentOf("live-dash", ask{index: 7}))
	if first.ContentKeys[0].KID != second.ContentKeys[0].KID {
		t.Errorf("KIDs %v and %v", first.ContentKeys[0].KID, second.ContentKeys[0].KID)
	}
}

func TestSeveralIndexesShareTheEntryOfALongPeriod(t *testing.T) {
	p := start(t, setup{channels: []speke.Channel{liveChannel(t, daily)}, clock: newClock(at("03:52"))})
	const index = 5907790 // of the five minutes from 03:50 on
	got := p.starts("live", index, index+1, index+2, index+3)
	yesterday, today := at("04:00").AddDate(0, 0, -1), at("04:00")
	if diff := cmp.Diff([]time.Time{yesterday, yesterday, today, today}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTheSameIndexTwiceGetsTheSameKey(t *testing.T) {
	p := start(t, setup{})
	if diff := cmp.Diff([]time.Time{noon, noon}, p.starts("live", unixNoon, unixNoon)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTheLastInstantOfAPeriodIsStillItsOwn(t *testing.T) {
	p := start(t, setup{clock: newClock(noon.Add(10*minute - 1))})
	if got := p.starts("live", 7); !got[0].Equal(noon) {
		t.Errorf("anchored to %s", got[0])
	}
}
