package scheduler_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

// A tally counts the channels that were planned further, by the second.
type tally struct {
	mu sync.Mutex // guards in
	in map[time.Time]int
}

func (c *tally) count(at time.Time, names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if isPeriod(names[0]) {
		c.in[at.Truncate(time.Second)]++
	}
}

// taken gives what was counted since it was last asked: how many in all, how many at most in
// one second, and the first.
func (c *tally) taken() (sum, most int, first time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for at, n := range c.in {
		sum, most = sum+n, max(most, n)
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	c.in = map[time.Time]int{}
	return sum, most, first
}

func TestChannelsPlanInTurnAndAnnounceOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard lateness
		planned := tally{in: map[time.Time]int{}}
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		store.set(func(_ context.Context, _ string, names []string) error {
			planned.count(clock.now(), names)
			return nil
		}, nil)
		var channels []*keyplan.Channel
		for i := range 200 {
			channels = append(channels, channel(t, fmt.Sprintf("news-%d", i), "{rotate: {every: 1m}, lead: 30s, ahead: 2}"))
		}
		s := start(t, store, scheduler.Config{Channels: channels, Now: clock.now, Observe: heard.observer()})
		clock.until(t, noon.Add(10*time.Second))
		planned.taken()
		heard.taken()
		clock.until(t, noon.Add(50*time.Second))
		if late := heard.taken(); len(late) != 200 || slices.Max(late) > 0 {
			t.Errorf("%d announcements, the latest by %v", len(late), slices.Max(late))
		}
		clock.until(t, noon.Add(time.Minute))
		s.stop()
		sum, most, first := planned.taken()
		if sum != 200 || most > 120 || first.Before(noon.Add(58*time.Second)) {
			t.Errorf("%d channels were planned when the period began, up to %d in one second, from %s on", sum, most, first)
		}
	})
}

// Each period is announced when the one before it begins, which is when the plan is extended.
func TestAStoreThatTakesNoMorePeriodsDelaysNoAnnouncementOfThoseItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard lateness
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		ch := channel(t, "news", "{rotate: {every: 1m}, lead: 1m, ahead: 5}")
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{ch}, Now: clock.now, Observe: heard.observer(),
		})
		clock.until(t, noon.Add(30*time.Second))
		heard.taken()
		store.set(func(ctx context.Context, _ string, names []string) error {
			if !isPeriod(names[0]) {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}, nil)
		clock.until(t, noon.Add(90*time.Second))
		s.stop()
		if late := heard.taken(); len(heard.fail) == 0 || len(late) != 1 || late[0] != 0 {
			t.Errorf("failures %q, announcements late by %v", heard.fail, late)
		}
	})
}
