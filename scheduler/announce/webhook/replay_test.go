package webhook_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

func TestAReplayThatCannotBeKeptIsToldOnce(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		p := r.push(t, "["+one("a", "")+"]")
		r.announce(t, "news", 0)
		r.announce(t, "news", 1)
		r.pass(5 * time.Second)
		a.forget()
		r.store.fail(func(name string) bool {
			return strings.HasPrefix(name, "delivered/") && !strings.HasSuffix(name, "/") // writes only
		})
		r.replay(t, p, webhook.Wish{After: new(uint64(0)), Has: func(channel string) bool { return channel == "news" }})
		r.pass(time.Minute)
		wantGot(t, a, "", announced("news", 0, 1))
		r.store.fail(func(string) bool { return false })
		r.pass(5 * time.Second)
		r.replay(t, p, webhook.Wish{After: new(uint64(1))})
		p.stop()
		wantGot(t, a, "", append(announced("news", 0, 1), announced("news", 1, 1)...))
		if left := r.records(t, "replay/"); len(left) > 0 {
			t.Errorf("replays left: %q", left)
		}
	})
}

func TestAReplayIsToldOnceThoughTheStoreIsSlowAndThereIsMoreToTell(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		for n := range 100 {
			r.announce(t, "news", n)
		}
		r.pass(5 * time.Second)
		a.forget()
		a.goes(func(_ http.ResponseWriter, _ *http.Request) { time.Sleep(50 * time.Millisecond) })
		r.store.fail(func(name string) bool {
			if strings.HasPrefix(name, "delivered/") && !strings.HasSuffix(name, "/") {
				time.Sleep(200 * time.Millisecond)
			}
			return false
		})
		for n := range 100 {
			r.announce(t, "sports", n)
		}
		r.pass(time.Second)
		r.replay(t, p, webhook.Wish{After: new(uint64(0)), Has: func(channel string) bool { return channel == "news" }})
		r.pass(time.Minute)
		if n := len(a.requests()); n != 200 {
			t.Errorf("%d requests for 100 events and a replay of 100", n)
		}
	})
}

func TestADeadLetterThatIsForgottenIsCountedNoMore(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		var count atomic.Int64
		p := r.push(t, "["+one("a", ", max_age: 1m")+"]", func(c *webhook.Config) {
			c.Observe.Stands = func(_ string, _ time.Duration, dead int) { count.Store(int64(dead)) }
		})
		defer p.stop()
		a.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.pass(5 * time.Minute)
		if n := count.Load(); n != 1 {
			t.Fatalf("%d dead letters counted", n)
		}
		if err := r.replica.Delete(t.Context(), "news", r.feed.Since("news", 0)[0].Name()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(webhook.Replayed{Forgotten: 1}, r.replay(t, p, webhook.Wish{})); diff != "" {
			t.Errorf("replayed (-want +got):\n%s", diff)
		}
		if n := count.Load(); n != 0 {
			t.Errorf("%d dead letters counted after all were forgotten", n)
		}
	})
}
