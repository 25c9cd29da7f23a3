package scheduler_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

// A hall is a station without channels of its own, and with the pattern live-*.
type hall struct {
	*station
	t     *testing.T
	clock *clock
	log   bytes.Buffer
}

const everyMinuteForAnHour = "{rotate: {every: 1m}, lead: 20s, ahead: 3, keep: 1h}"

func open(t *testing.T, store ledger.Store) *hall { return openAt(t, store, newClock(noon)) }

func openAt(t *testing.T, store ledger.Store, clock *clock) *hall {
	t.Helper()
	h := &hall{t: t, clock: clock}
	pattern, ps := keyplan.NewPattern(keyplan.ChannelConfig{
		ID: "live-*", Tracks: []keyplan.Track{"VIDEO"}, PatternConfig: keyplan.PatternConfig{Idle: new(2 * time.Hour)},
	}, channel(t, "any", everyMinuteForAnHour).Policy)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	replica := load(t, store, &keyplan.Channel{ID: keyplan.DirectoryChannel})
	h.station = keep(t, replica, scheduler.Config{
		Now: h.clock.now, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
		Directory: func() *keyplan.Directory {
			return keyplan.NewDirectory(nil, []*keyplan.Pattern{pattern}, replica.Plan(keyplan.DirectoryChannel))
		},
	})
	return h
}

func (h *hall) create(ids ...string) {
	h.t.Helper()
	for _, id := range ids {
		created := keyplan.Created{ID: id, Pattern: "live-*", At: h.clock.now().Truncate(time.Second)}
		if _, err := h.Create(h.t.Context(), keyplan.DirectoryChannel, created.Record()); err != nil {
			h.t.Fatal(err)
		}
	}
}

// ask keeps that a packager asked for what is on.
func (h *hall) ask(id string) {
	h.t.Helper()
	now := h.clock.now()
	seen := keyplan.NewSeen(now.Truncate(time.Minute), "p", time.Minute, now)
	if _, err := h.Create(h.t.Context(), id, seen.Record()); err != nil {
		h.t.Fatal(err)
	}
}

func TestAChannelIsKeptFromWhenItIsCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, memstore.New())
		h.clock.until(t, noon.Add(10*time.Second))
		if len(h.Status()) != 0 {
			t.Errorf("before: %+v", h.Status())
		}
		h.create("live-1")
		h.clock.until(t, noon.Add(12*time.Second))
		gapless(t, h.Plan("live-1"), noon, noon.Add(4*time.Minute))
		if s := h.Status(); len(s) != 1 || s[0].Channel != "live-1" || s[0].Behind {
			t.Errorf("status %+v", s)
		}
		h.clock.until(t, noon.Add(10*time.Minute))
		announcedOnceInOrder(t, h.Feed("live-1"), noon, 11)
		h.stop()
	})
}

func TestAChannelOfAnotherReplicaIsReadBeforeItIsPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Store: memstore.New()}
		first := open(t, store)
		first.create("live-1")
		first.clock.until(t, noon.Add(5*time.Minute))
		first.stop()
		// The second replica hears of the channel, and knows nothing of it.
		second := openAt(t, store, first.clock)
		second.clock.until(t, noon.Add(10*time.Minute))
		second.stop()
		gapless(t, second.Plan("live-1"), noon, noon.Add(14*time.Minute))
		announcedOnceInOrder(t, second.Feed("live-1"), noon, 11)
	})
}

func TestAChannelThatNobodyAsksForIsNoLongerPlannedUntilSomebodyDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, memstore.New())
		h.create("live-1")
		h.clock.until(t, noon.Add(time.Hour))
		h.ask("live-1")
		h.clock.until(t, noon.Add(5*time.Hour))
		// Asked for at 13:00, it is idle from 15:00 on.
		end := h.Plan("live-1").End()
		if end.Before(noon.Add(3*time.Hour)) || end.After(noon.Add(3*time.Hour+5*time.Minute)) {
			t.Errorf("planned until %v", end)
		}
		if len(h.Status()) != 0 {
			t.Errorf("an idle channel has a status: %+v", h.Status())
		}
		h.ask("live-1")
		h.clock.until(t, noon.Add(5*time.Hour+10*time.Second))
		if _, on := h.Plan("live-1").At(h.clock.now()); !on || len(h.Status()) != 1 {
			t.Errorf("asked for again, it is planned until %v", h.Plan("live-1").End())
		}
		h.stop()
	})
}

func TestAChannelThatNobodyAsksForIsForgottenWithItsLastPeriodAndMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New()
		h := open(t, store)
		h.create("live-1", "live-2")
		h.clock.until(t, noon.Add(26*time.Hour))
		h.ask("live-2")
		h.clock.until(t, noon.Add(30*time.Hour))
		if names := names(records(t, store, keyplan.DirectoryChannel)); len(names) != 1 || names[0] != "channel/6c6976652d32" {
			t.Errorf("there are %q", names)
		}
		if !strings.Contains(h.log.String(), `msg="channel forgotten: nobody asks for it" channel=live-1`) {
			t.Error("the log does not tell")
		}
		gone := h.Plan("live-1").Len()
		h.clock.until(t, noon.Add(31*time.Hour))
		if n := h.Plan("live-1").Len(); n != gone {
			t.Errorf("it is still kept: %d records, then %d", gone, n)
		}
		// What is on its reserved channel is read anew, as when a request creates it.
		again := openAt(t, store, h.clock)
		again.create("live-1")
		again.clock.until(t, noon.Add(31*time.Hour+10*time.Second))
		if _, on := again.Plan("live-1").At(again.clock.now()); !on {
			t.Errorf("created again, it is planned until %v", again.Plan("live-1").End())
		}
		again.stop()
		h.stop()
	})
}

func TestAChannelThatCannotBeReadIsTriedAgainAndNotPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &unlisted{Store: memstore.New()}
		h := open(t, store)
		h.create("live-1")
		store.away.Store(true)
		h.clock.until(t, noon.Add(time.Minute))
		if h.Plan("live-1").Len() != 0 {
			t.Error("it was planned")
		}
		store.away.Store(false)
		h.clock.until(t, noon.Add(3*time.Minute))
		gapless(t, h.Plan("live-1"), noon, noon.Add(6*time.Minute))
		h.stop()
		if n := strings.Count(h.log.String(), "channel failing"); n != 1 || !strings.Contains(h.log.String(), "channel recovered") {
			t.Errorf("it fails %d times in the log:\n%s", n, h.log.String())
		}
	})
}
