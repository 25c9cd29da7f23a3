package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/scheduler"
)

// firstOf is a fault that strikes once, the first record whose name has a prefix.
func firstOf(prefix string, struck *int) fault {
	return func(_ context.Context, _ string, names []string) error {
		if *struck > 0 || !strings.HasPrefix(names[0], prefix) {
			return nil
		}
		*struck++
		return ledger.ErrUnavailable
	}
}

func TestACallThatFailsOnceLosesNothing(t *testing.T) {
	for _, prefix := range []string{"first/", "period/", keyplan.FeedPrefix} {
		for _, lost := range []string{"call", "reply"} {
			t.Run(prefix+" "+lost, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var struck int
					clock, store := newClock(noon), &faulty{Store: memstore.New()}
					once := firstOf(prefix, &struck)
					if lost == "call" {
						store.set(once, nil)
					} else {
						store.set(nil, once)
					}
					s := start(t, store, scheduler.Config{
						Channels: []*keyplan.Channel{channel(t, "news", everyMinute)}, Now: clock.now,
					})
					clock.until(t, noon.Add(10*time.Minute))
					s.stop()
					if struck != 1 {
						t.Fatalf("the fault struck %d times", struck)
					}
					gapless(t, s.Plan("news"), noon, noon.Add(15*time.Minute))
					announcedOnceInOrder(t, s.Feed("news"), noon, 11)
				})
			})
		}
	}
}

func TestWhatADeleteThatFailedLeftIsDeletedWithTheNextStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var struck int
		var heard lateness
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		store.set(func(_ context.Context, _ string, names []string) error {
			// Periods that are long over are named by Delete only.
			old := keyplan.Entry{Period: keyplan.Period{Start: clock.now().Add(-80 * time.Hour)}}.Record().Name
			if struck > 0 || !slices.ContainsFunc(names, isPeriod) || slices.Max(names) > old {
				return nil
			}
			struck++
			return ledger.ErrUnavailable
		}, nil)
		ch := channel(t, "news", "{rotate: {every: 12h}, keep: 80h, ahead: 1}")
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{ch}, Now: clock.now, Observe: heard.observer(),
		})
		clock.until(t, noon.Add(time.Minute))
		clock.set(91 * time.Hour)
		// The first period ended twelve hours before noon; keep and a day later it is purged.
		// By then the clock has stood for long enough.
		clock.until(t, noon.Add((-12+80+24)*time.Hour+time.Second))
		if struck != 1 {
			t.Fatalf("the fault struck %d times", struck)
		}
		clock.until(t, clock.now().Add(2*time.Second))
		s.stop()
		if len(heard.fail) != 1 {
			t.Errorf("failures %q, want one", heard.fail)
		}
		first := s.Plan("news").Entries()[0]
		for _, r := range records(t, store, "news") {
			if isPeriod(r.Name) && r.Name < first.Record().Name {
				t.Errorf("%s is still there", r.Name)
			}
		}
	})
}

func isPeriod(name string) bool { return strings.HasPrefix(name, "period/") }

func TestTheNewestEventStaysSoThatItsNumberIsNotUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", "{rotate: {every: 240h}, packager_interval: 5m, keep: 1h}")
		s := start(t, store, scheduler.Config{Channels: []*keyplan.Channel{ch}, Now: clock.now})
		clock.until(t, noon.Add(time.Minute))
		before := s.Feed("news")
		clock.set(26 * time.Hour)
		clock.until(t, clock.now().Add(11*time.Minute))
		s.stop()
		if diff := cmp.Diff(before, s.Feed("news")); len(before) != 1 || diff != "" {
			t.Errorf("of %d events (-before +after):\n%s", len(before), diff)
		}
	})
}

func TestAStoreThatHangsForOneChannelHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		store.set(func(ctx context.Context, channel string, _ []string) error {
			if channel != "stuck" {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}, nil)
		s := start(t, store, scheduler.Config{Now: clock.now, Channels: []*keyplan.Channel{
			channel(t, "stuck", everyMinute), channel(t, "news", everyMinute),
		}})
		defer s.stop()
		clock.until(t, noon.Add(10*time.Minute))

		announcedOnceInOrder(t, s.Feed("news"), noon, 11)
		status := s.Status()
		if !strings.Contains(status[0].LastError, context.DeadlineExceeded.Error()) || !status[0].Behind || !status[0].PlannedUntil.IsZero() {
			t.Errorf("the channel that hangs is %+v, want it behind with %v", status[0], context.DeadlineExceeded)
		}
		want := scheduler.Status{Channel: "news", PlannedUntil: noon.Add(16 * time.Minute)}
		if diff := cmp.Diff(want, status[1]); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
	})
}

func TestAFailingChannelIsTriedAgainAfterOneSecondDoublingToThirty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries []int
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		store.set(unavailable, nil)
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{channel(t, "news", everyMinute)}, Now: clock.now,
			Observe: scheduler.Observer{Stepped: func(_ string, err error) {
				if err != nil {
					tries = append(tries, int(clock.now().Sub(noon)/time.Second))
				}
			}},
		})
		clock.until(t, noon.Add(100*time.Second))
		store.set(nil, nil)
		clock.until(t, noon.Add(125*time.Second))
		if diff := cmp.Diff([]int{0, 1, 3, 7, 15, 31, 61, 91}, tries); diff != "" {
			t.Errorf("seconds of the tries (-want +got):\n%s", diff)
		}
		if s.Status()[0].Behind {
			t.Errorf("after the outage: %+v", s.Status())
		}
		s.stop()
	})
}

// fails is a key source that cannot be reached.
type fails struct{}

func (fails) Draw(context.Context, keyplan.KeyRef) (keyplan.KID, keyplan.Secret, error) {
	return keyplan.KID{}, nil, errors.New("key source away")
}

func (fails) Adopt(context.Context, string, keyplan.KID, time.Time) (keyplan.Secret, error) {
	return nil, errors.New("key source away")
}

func TestWhatIsPlannedIsAnnouncedEvenIfNothingMoreCanBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		channels := []*keyplan.Channel{channel(t, "news", everyMinute)}
		runs(t, store, clock, channels[0], noon, noon.Add(time.Second))

		p := planner(t)
		p.Source = fails{}
		s := start(t, store, scheduler.Config{Channels: channels, Now: clock.now, Planner: p})
		clock.until(t, noon.Add(10*time.Minute))
		s.stop()
		announcedOnceInOrder(t, s.Feed("news"), noon, 6)
	})
}

func TestAChannelWithUnknownRecordsIsAnnouncedButNotPlannedAndSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		clock, store := newClock(noon), memstore.New()
		channels := []*keyplan.Channel{channel(t, "news", everyMinute)}
		planned := runs(t, store, clock, channels[0], noon, noon.Add(time.Second))
		odd := keyplan.Record{Name: "odd/1", Value: []byte(`{"v":9,"kind":"odd"}`)}
		if _, err := store.Create(t.Context(), "news", odd); err != nil {
			t.Fatal(err)
		}

		s := start(t, store, scheduler.Config{
			Channels: channels, Now: clock.now, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		clock.until(t, noon.Add(10*time.Minute))
		s.stop()
		announcedOnceInOrder(t, s.Feed("news"), noon, 6)
		if end := s.Plan("news").End(); !end.Equal(planned.End()) {
			t.Errorf("planned until %s, want %s as before", end, planned.End())
		}
		if n := strings.Count(log.String(), "channel is not planned"); n != 1 {
			t.Errorf("said so %d times, want once:\n%s", n, log.String())
		}
	})
}

func TestAChannelWithUnknownRecordsIsNotPurged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), memstore.New()
		ch := channel(t, "news", everyMinute)
		runs(t, store, clock, ch, noon, noon.Add(time.Second))
		odd := keyplan.Record{Name: "odd/1", Value: []byte(`{"v":9,"kind":"odd"}`)}
		if _, err := store.Create(t.Context(), "news", odd); err != nil {
			t.Fatal(err)
		}
		before := records(t, store, "news")
		clock.set(100 * time.Hour)
		runs(t, store, clock, ch, clock.now(), clock.now().Add(11*time.Minute))
		if diff := cmp.Diff(before, records(t, store, "news")); diff != "" {
			t.Errorf("records (-before +after):\n%s", diff)
		}
	})
}

func TestAnOutageLeavesAChannelBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, store := newClock(noon), &faulty{Store: memstore.New()}
		s := start(t, store, scheduler.Config{
			Channels: []*keyplan.Channel{channel(t, "news", everyMinute)}, Now: clock.now,
		})
		defer s.stop()
		clock.until(t, noon.Add(time.Second))
		if s.Status()[0].Behind {
			t.Errorf("before the outage: %+v", s.Status())
		}
		store.set(unavailable, nil)
		clock.until(t, noon.Add(time.Hour))
		if !s.Status()[0].Behind {
			t.Errorf("after the outage has begun: %+v", s.Status())
		}
	})
}
