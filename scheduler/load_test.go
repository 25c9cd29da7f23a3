package scheduler_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

const everyMinute = "{rotate: {every: 1m}, lead: 20s, ahead: 5, keep: 1h}"

// lateness collects what an Observer hears.
type lateness struct {
	mu   sync.Mutex // guards all
	all  []time.Duration
	fail []string
}

func (l *lateness) observer() scheduler.Observer {
	return scheduler.Observer{
		Announced: func(_ string, late time.Duration) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.all = append(l.all, late)
		},
		Stepped: func(_ string, err error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if err != nil {
				l.fail = append(l.fail, err.Error())
			}
		},
	}
}

// taken gives the announcements since it was last asked.
func (l *lateness) taken() []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.all
	l.all = nil
	return all
}

func TestADayOfOneMinutePeriodsHasNoGapAndNoLateAnnouncement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard lateness
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", everyMinute)
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{ch}, Now: clock.now, Observe: heard.observer(),
		})
		clock.until(t, noon.Add(24*time.Hour))
		s.stop()

		plan, feed := s.Plan("news"), s.Feed("news")
		gapless(t, plan, noon, noon.Add(24*time.Hour+5*time.Minute))
		announcedOnceInOrder(t, feed, noon, 24*60+1)
		if len(heard.all) != 24*60+1 || slices.Max(heard.all) != 0 {
			t.Errorf("%d announcements, the latest %v after its time; want %d, 0s", len(heard.all), slices.Max(heard.all), 24*60+1)
		}
		if len(heard.fail) > 0 {
			t.Errorf("failures: %q", heard.fail)
		}
		t.Logf("%d announcements, %d records", len(heard.all), len(records(t, store, "news")))
	})
}

func TestNoAnnouncementIsLateHoweverFarTheLeadReaches(t *testing.T) {
	for _, policy := range []string{
		"{rotate: {every: 1m}, lead: 10m, ahead: 1, keep: 1h}",
		"{rotate: {every: 1m}, lead: 90s, ahead: 1, keep: 1h, packager_interval: 4m}", // slack 2m
		"{rotate: {cron: '*/7 * * * *'}, lead: 11m, ahead: 1, keep: 1h, packager_interval: 10s}",
	} {
		synctest.Test(t, func(t *testing.T) {
			var heard lateness
			clock, store := newClock(noon), memstore.New()
			ch := channel(t, "news", policy)
			s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now, Observe: heard.observer()})
			clock.until(t, noon.Add(time.Second))
			heard.taken()
			clock.until(t, noon.Add(2*time.Hour))
			s.stop()
			if late := heard.taken(); len(late) < 15 || slices.Max(late) != 0 {
				t.Errorf("%s: %d announcements, the latest %v after its time", policy, len(late), slices.Max(late))
			}
		})
	}
}

func TestKeysThatPackagersAddAreAnnouncedAtOnceAndNotLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard lateness
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", everyMinute)
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now, Observe: heard.observer()})
		clock.until(t, noon.Add(30*time.Second))
		current, _ := s.Plan("news").At(clock.now())
		told := len(s.Feed("news"))
		_, err := s.Settle(t.Context(), "news", func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return planner(t).Add(t.Context(), ch, p, "AUDIO", keyplan.CBCS, current)
		})
		clock.until(t, noon.Add(35*time.Second))
		s.stop()
		feed := s.Feed("news")
		if err != nil || len(feed) != told+1 || feed[told].ID != "announced/2026-03-01T12:00:00Z/1" {
			t.Errorf("%v: %+v", err, feed[told:])
		}
		if late := heard.all[len(heard.all)-1]; late != 0 {
			t.Errorf("late by %v", late)
		}
	})
}

// gapless checks that periods follow each other without a gap or overlap, from one that
// contains from to one that ends at or after until.
func gapless(t *testing.T, plan *keyplan.Plan, from, until time.Time) {
	t.Helper()
	end := from
	for _, e := range plan.Between(from, plan.End()) {
		if e.Start.After(end) || e.Start.Before(end) && !end.Equal(from) {
			t.Fatalf("a period begins at %s, the one before ends at %s", e.Start, end)
		}
		end = e.End
	}
	if end.Before(until) {
		t.Errorf("planned until %s, want %s", end, until)
	}
}

// announcedOnceInOrder checks that n one-minute periods from start on are announced, under
// sequence numbers from 1 on.
func announcedOnceInOrder(t *testing.T, feed []keyplan.Event, start time.Time, n int) {
	t.Helper()
	var got, want []string
	for i, e := range feed {
		got = append(got, e.ID)
		if e.Seq != uint64(i+1) {
			t.Errorf("event %d has the sequence number %d", i, e.Seq)
		}
	}
	for i := range n {
		want = append(want, keyplan.Announce(start.Add(time.Duration(i)*time.Minute), start).ID)
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); diff != "" {
		t.Errorf("announced (-want +got):\n%s", diff)
	}
}
