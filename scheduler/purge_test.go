package scheduler_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

// A period and what two packagers leave of it that bring an IV and ask once each.
func leave(t *testing.T, s *station, now time.Time) {
	t.Helper()
	e, _ := s.Plan("news").At(now)
	interval := e.Duration()
	_, err := s.Create(t.Context(), "news",
		keyplan.Served{ContentID: "news", Index: e.Index() / uint32(interval/time.Second), N: 1, Start: e.Start}.Record(),
		keyplan.NewSeen(e.Start, "studio-a", interval, now).Record(),
		keyplan.NewSeen(e.Start, "studio-b", interval, now).Record(),
		keyplan.PackagerIV{KID: e.Keys[0].KID, IV: bytes.Repeat([]byte{1}, 16), Start: e.Start}.Record(),
	)
	if err != nil {
		t.Fatal(err)
	}
}

func TestPurgingKeepsTheStoreBoundedWhilePackagersAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", "{rotate: {every: 30m}, lead: 20s, ahead: 5, keep: 3h}")
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now})
		defer s.stop()
		binding := keyplan.UnixBinding("news", 30*time.Minute)
		binding.N = 1
		if _, err := s.Create(t.Context(), "news", binding.Record()); err != nil {
			t.Fatal(err)
		}
		// Held are: of the current period and of those that ended within keep and a day the
		// period, its event and four records of packagers; the five periods ahead; the
		// beginning, the binding, the tombstone of the last purge.
		const begun = 1 + 27*2
		const bound = begun*(2+4) + 5 + 3
		var most int
		for period := range 36 * 2 {
			clock.until(t, noon.Add(time.Duration(period)*30*time.Minute+30*time.Second))
			leave(t, s, clock.now())
			most = max(most, len(records(t, store, "news")))
		}
		if most != bound {
			t.Errorf("up to %d records, want %d", most, bound)
		}
	})
}

func TestAPeriodIsNeverAnnouncedAgainThoughItsAnnouncementIsOlderThanKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", "{rotate: {every: 24h}, packager_interval: 5m, lead: 240h, ahead: 12, keep: 24h}")
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now})
		defer s.stop()
		told := map[string]uint64{}
		for day := range 6 {
			clock.until(t, noon.Add(time.Duration(day)*24*time.Hour+time.Hour))
			for _, e := range s.Feed("news") {
				if seq, known := told[e.ID]; known && seq != e.Seq {
					t.Errorf("%s was announced under %d and %d", e.ID, seq, e.Seq)
				}
				told[e.ID] = e.Seq
			}
		}
		if first := s.Feed("news")[0]; first.Seq == 1 {
			t.Error("no event was ever deleted")
		}
	})
}

func TestAClockThatIsSetDaysAheadAndBackPurgesNothingAndIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		clock, store := newClock(noon), memstore.New()
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{channel(t, "news", everyMinute)}, Now: clock.now,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		clock.until(t, noon.Add(20*time.Minute))
		before := records(t, store, "news")
		clock.set(72 * time.Hour)
		clock.until(t, clock.now().Add(9*time.Minute))
		clock.set(-72 * time.Hour)
		clock.until(t, noon.Add(50*time.Minute))
		s.stop()

		kept := map[string]keyplan.Record{}
		for _, r := range records(t, store, "news") {
			kept[r.Name] = r
		}
		for _, r := range before {
			if diff := cmp.Diff(r, kept[r.Name]); diff != "" {
				t.Errorf("%s (-before +after):\n%s", r.Name, diff)
			}
		}
		if n := strings.Count(log.String(), "clock set forward"); n != 1 {
			t.Errorf("said so %d times, want once:\n%s", n, log.String())
		}
	})
}

// The period that ended at eleven is purged at noon two days later, keep and a day after.
func TestWhatIsOldIsPurgedOnceTheClockHasStoodForTenMinutes(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []time.Duration // each a minute after the one before
		left bool
	}{
		{"a machine that slept for days", []time.Duration{49 * time.Hour}, false},
		{"a clock that is set once more", []time.Duration{40 * time.Hour, 9 * time.Hour}, true},
		{"a clock that is set little by little", []time.Duration{40 * time.Hour, 50 * time.Minute, 50 * time.Minute}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock, store := newClock(noon), memstore.New()
				ch := channel(t, "news", everyMinute)
				s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now})
				defer s.stop()
				clock.until(t, noon.Add(15*time.Minute))
				first := s.Plan("news").Entries()[0]
				for _, by := range c.set {
					clock.until(t, clock.now().Add(time.Minute))
					clock.set(by)
				}
				// Ten minutes after the first of them, and half a minute more: a rest.
				clock.until(t, clock.now().Add(11*time.Minute-time.Duration(len(c.set)-1)*time.Minute))
				if left := s.Plan("news").Has(first.Record().Name); left != c.left {
					t.Errorf("the first period is left: %v, want %v", left, c.left)
				}
			})
		})
	}
}
