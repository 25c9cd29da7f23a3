package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// never is a lease that another replica has.
type never struct{}

func (never) Hold(ctx context.Context, _ func(context.Context)) { <-ctx.Done() }
func (never) Held() bool                                        { return false }

// records gives those whose names begin so.
func (r *rig) records(t *testing.T, prefix string) []keyplan.Record {
	t.Helper()
	recs, err := r.store.Store.List(t.Context(), webhook.Channel, prefix, prefix+"~", 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

func announcement(n int) keyplan.Event { return keyplan.Announce(minute(n), noon) }

func TestANewTargetIsToldOfWhatComesOnly(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a, late := r.host(t, "a"), r.host(t, "late")
		p := r.push(t, "["+one("a", "")+"]")
		r.announce(t, "news", 0)
		r.pass(time.Second)
		p.stop()
		p = r.push(t, "["+one("a", "")+", "+one("late", "")+"]")
		defer p.stop()
		r.pass(time.Second)
		r.announce(t, "news", 1)
		r.pass(time.Second)
		wantGot(t, a, "", announced("news", 0, 1))
		wantGot(t, late, "", announced("news", 1, 1))
	})
}

func TestWhatIsAnnouncedWhileATargetIsReadFirstIsTold(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		r.store.fail(func(string) bool { return true })
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		r.pass(time.Minute)
		r.store.fail(func(string) bool { return false })
		r.announce(t, "news", 0)
		r.pass(3 * time.Second)
		wantGot(t, a, "", announced("news", 0, 0))
	})
}

func TestAChannelThatATargetGainsBeginsWithWhatIsNotTooOld(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		p := r.push(t, "["+one("a", ", channels: [news], max_age: 10m")+"]")
		for n := range 30 {
			r.announce(t, "sports", n)
			r.pass(time.Minute)
		}
		p.stop()
		r.pass(30 * time.Second)
		p = r.push(t, "["+one("a", ", max_age: 10m")+"]")
		defer p.stop()
		r.pass(time.Second)
		wantGot(t, a, "", announced("sports", 21, 29))
		if got := dead(p.standing(t)); len(got) != 0 {
			t.Errorf("dead letters %q", got)
		}
	})
}

func TestNothingIsToldTwiceAcrossAnOrderlyRestart(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		for n := range 20 {
			p := r.push(t, "["+one("a", "")+"]")
			r.pass(100 * time.Millisecond)
			r.announce(t, "news", n)
			r.pass(time.Duration(700+10*n) * time.Millisecond)
			p.stop()
		}
		wantGot(t, a, "", announced("news", 0, 19))
	})
}

// A crash is a stop after which nothing is kept any more.
func (r *rig) crash(p *pusher) {
	r.store.fail(func(name string) bool { return strings.HasPrefix(name, "delivered/") })
	p.stop()
	r.store.fail(func(string) bool { return false })
}

func TestACrashLosesNothingAndRepeatsTheLastEventsWithTheirIDs(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		for n := range 30 {
			p := r.push(t, "["+one("a", "")+"]")
			r.pass(100 * time.Millisecond)
			r.announce(t, "news", n)
			r.pass(time.Duration(300+90*n) * time.Millisecond)
			r.crash(p)
		}
		p := r.push(t, "["+one("a", "")+"]")
		r.pass(time.Minute)
		p.stop()
		kinds := map[string]string{}
		var firsts []string
		for _, p := range a.all() {
			if id, known := kinds[p.kind]; known && id != p.id {
				t.Errorf("%s came as %s and %s", p.kind, id, p.id)
			} else if !known {
				firsts = append(firsts, p.kind)
			}
			kinds[p.kind] = p.id
		}
		if diff := cmp.Diff(announced("news", 0, 29), firsts); diff != "" {
			t.Errorf("first deliveries (-want +got):\n%s", diff)
		}
		if n := len(a.all()); n == 30 {
			t.Error("nothing was repeated: the crashes came too late")
		}
	})
}

func TestTargetsAreToldWhileTheStoreIsAway(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a, logs := r.host(t, "a"), &bytes.Buffer{}
		r.log = slog.New(slog.NewTextHandler(logs, nil))
		p := r.push(t, "["+one("a", "")+"]")
		r.pass(time.Second)
		r.store.fail(func(name string) bool { return !strings.HasPrefix(name, "feed/") })
		for n := range 5 {
			r.announce(t, "news", n)
			r.pass(time.Minute)
		}
		wantGot(t, a, "", announced("news", 0, 4))
		r.store.fail(func(string) bool { return false })
		r.pass(5 * time.Second)
		r.crash(p)
		p = r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		r.pass(time.Minute)
		wantGot(t, a, "", announced("news", 0, 4))
		if n := strings.Count(logs.String(), "state not kept"); n != 1 || strings.Count(logs.String(), "kept again") != 1 {
			t.Errorf("not said once when it begins and ends:\n%s", logs)
		}
	})
}

func TestFewRecordsAreWrittenAndFewAreLeft(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		var writes atomic.Int64
		r.store.fail(func(name string) bool {
			if strings.HasPrefix(name, "delivered/") && strings.Count(name, "/") == 2 && !strings.HasSuffix(name, "/") {
				writes.Add(1)
			}
			return false
		})
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		for n := range 100 {
			for range 5 {
				e := announcement(n)
				e.ID += r.now().String()
				e.At = r.now()
				r.append(t, "news", e)
				r.append(t, "sports", e)
				r.pass(100 * time.Millisecond)
			}
			r.pass(30 * time.Second)
		}
		if n := len(a.all()); n != 1000 {
			t.Errorf("%d events delivered", n)
		}
		if n := writes.Load(); n > 220 {
			t.Errorf("%d writes for 1000 events in 100 bursts", n)
		}
		if n := len(r.records(t, "")); n > 17 {
			t.Errorf("%d records are left", n)
		}
	})
}

// replicas are two processes over one store, with the real lease.
func (r *rig) replicas(t *testing.T) (a, b *pusher) {
	t.Helper()
	lease := func(c *webhook.Config) {
		c.Lease = scheduler.NewLease(scheduler.LeaseConfig{
			Store: r.store, Channel: webhook.Channel, Now: r.now, Log: slog.New(slog.DiscardHandler),
		})
	}
	a = r.push(t, "["+one("a", "")+"]", lease)
	r.pass(3 * time.Second)
	return a, r.push(t, "["+one("a", "")+"]", lease)
}

func TestOfTwoReplicasOneDelivers(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		host := r.host(t, "a")
		a, b := r.replicas(t)
		defer a.stop()
		defer b.stop()
		for n := range 60 {
			r.announce(t, "news", n)
			r.pass(time.Minute)
		}
		wantGot(t, host, "", announced("news", 0, 59))
		if n := len(r.records(t, "")); n > 40 {
			t.Errorf("%d records after an hour", n)
		}
	})
}

func TestAnotherReplicaGoesOnSoonAfterTheOneThatDeliversStops(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		host := r.host(t, "a")
		a, b := r.replicas(t)
		defer b.stop()
		r.announce(t, "news", 0)
		r.pass(time.Second)
		a.stop()
		r.announce(t, "news", 1)
		r.pass(3 * time.Second)
		wantGot(t, host, "", announced("news", 0, 1))
	})
}

// An expired lease is one that is over, and whose holder has not noticed: its machine slept.
type expired struct{ over atomic.Bool }

func (e *expired) Hold(ctx context.Context, work func(context.Context)) { work(ctx) }
func (e *expired) Held() bool                                           { return !e.over.Load() }

func TestAReplicaThatSleptDeliversNothingMore(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		host := r.host(t, "a")
		lease := &expired{}
		p := r.push(t, "["+one("a", ", max_age: 20m")+"]", func(c *webhook.Config) { c.Lease = lease })
		defer p.stop()
		host.goes(answer(http.StatusServiceUnavailable))
		r.announce(t, "news", 0)
		r.pass(10 * time.Minute)
		lease.over.Store(true)
		host.goes(nil)
		r.announce(t, "sports", 0)
		kept := r.records(t, "")
		r.pass(20 * time.Minute)
		wantGot(t, host, "", nil)
		if diff := cmp.Diff(kept, r.records(t, "")); diff != "" {
			t.Errorf("records (-before +after):\n%s", diff)
		}
	})
}

func TestAReplicaThatDoesNotDeliverKnowsHowTargetsStand(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		host := r.host(t, "a")
		a, b := r.replicas(t)
		defer a.stop()
		defer b.stop()
		r.announce(t, "news", 0)
		r.pass(time.Second)
		host.goes(answer(http.StatusBadGateway))
		r.announce(t, "sports", 0)
		r.pass(3 * time.Second)
		s := b.standing(t)
		want := []webhook.Place{{Channel: "news", Told: 1}, {Channel: "sports", Waiting: 1, Oldest: noon.Add(4 * time.Second)}}
		if diff := cmp.Diff(want, s.Places); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		if s.Failure == nil || s.Failure.Error != "it answered 502 Bad Gateway" || s.Failure.Channel != "sports" || s.Delivered.IsZero() {
			t.Errorf("failure %+v, delivered %v", s.Failure, s.Delivered)
		}
	})
}

func TestObserversHearWhatMetricsAreMadeOf(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		host := r.host(t, "a")
		var mu sync.Mutex // guards what follows
		var results []webhook.Result
		var lag time.Duration
		var deads int
		p := r.push(t, "["+one("a", ", max_age: 5m")+"]", func(c *webhook.Config) {
			c.Observe.Tried = func(_ string, r webhook.Result) { mu.Lock(); results = append(results, r); mu.Unlock() }
			c.Observe.Stands = func(_ string, l time.Duration, n int) { mu.Lock(); lag, deads = l, n; mu.Unlock() }
		})
		stands := func() (time.Duration, int) { mu.Lock(); defer mu.Unlock(); return lag, deads }
		host.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.pass(100 * time.Second)
		if lag, _ := stands(); lag < 98*time.Second || lag > 101*time.Second {
			t.Errorf("lag %v after 100 s", lag)
		}
		r.pass(6 * time.Minute)
		if lag, deads := stands(); deads != 1 || lag != 0 {
			t.Errorf("%d dead letters, lag %v", deads, lag)
		}
		host.setDown(true)
		r.announce(t, "news", 1)
		r.pass(time.Second)
		host.goes(nil)
		host.setDown(false)
		r.pass(2 * time.Minute)
		p.stop()
		slices.Sort(results)
		if got := slices.Compact(results); len(got) != 3 || deads != 0 {
			t.Errorf("results %q, %d dead letters once nothing is delivered here", got, deads)
		}
	})
}
