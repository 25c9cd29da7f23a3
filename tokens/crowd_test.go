package tokens_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// crowd is a scene of ten hours of five-minute periods, with an hour of dvr, in which eight
// packagers came once, an hour apart, and went.
func crowd(t *testing.T) scene {
	t.Helper()
	c := every(5 * time.Minute)
	c.DVR = new(time.Hour)
	s := newStudio(t, c)
	for minute := 5; minute <= 600; minute += 5 {
		s.at(t, morning.Add(time.Duration(minute)*time.Minute))
	}
	for i := range 8 {
		for _, minute := range []int{0, 5} {
			at := morning.Add(time.Duration(i)*time.Hour + time.Duration(minute)*time.Minute)
			seen := keyplan.NewSeen(at, fmt.Sprintf("pod-%d", i), 5*time.Minute, at)
			s.plan = s.plan.With(seen.Record())
		}
	}
	return scene{s.channel.Policy, s.plan, morning.Add(10 * time.Hour)}
}

func TestPackagersThatAreGonePushNothingOutThatViewersBehindLiveNeed(t *testing.T) {
	s := crowd(t)
	capped := s.window(tokens.Wish{}, tokens.Caps{Keys: 30})
	var want []int
	for minute := 10*60 - 14*5; minute <= 10*60; minute += 5 {
		want = append(want, minute) // an hour, slack and grace; and the current one
	}
	if diff := cmp.Diff(want, startMinutes(capped)); diff != "" {
		t.Error(diff)
	}
}

func TestPackagersThatAreGoneAreInATokenThatHasRoom(t *testing.T) {
	s := crowd(t)
	in := set(s.window(tokens.Wish{}, tokens.Caps{}))
	for i := range 8 {
		if e, _ := s.plan.At(morning.Add(time.Duration(i)*time.Hour + 5*time.Minute)); !in[e.Keys[0].KID] {
			t.Errorf("the last key of packager %d is not in", i)
		}
	}
}

// What only packagers prolong comes before what is not on air yet.
func TestWhatACutOffPackagerMayAirComesBeforeTheFurtherFuture(t *testing.T) {
	c := every(5 * time.Minute)
	c.Lead = new(30 * time.Minute)
	s := newStudio(t, c).at(t, morning.Add(2*time.Hour+time.Minute))
	at := morning.Add(time.Hour)
	seen := keyplan.NewSeen(at, "pod", 5*time.Minute, at)
	sc := scene{s.channel.Policy, s.plan.With(seen.Record()), s.now}
	// The current period, the next one, the one that grace keeps on air, and that of the ask.
	if diff := cmp.Diff([]int{60, 115, 120, 125}, startMinutes(sc.window(tokens.Wish{}, tokens.Caps{Keys: 8}))); diff != "" {
		t.Error(diff)
	}
}
