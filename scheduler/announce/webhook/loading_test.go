package webhook_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

func TestEventsOfAChannelThatIsBeingLoadedWait(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		var loaded atomic.Bool
		feed, err := announce.New(announce.Config{
			Channel: func(id string) (*keyplan.Channel, bool) { return r.channels[id], loaded.Load() },
			Plan:    r.replica.Plan, Events: r.replica.Feed, Changed: r.replica.Changed, Signaling: signal, Now: r.now,
		})
		if err != nil {
			t.Fatal(err)
		}
		p := r.push(t, "["+one("a", "")+"]", func(c *webhook.Config) { c.Since, c.Tell = feed.Since, feed.Tell })
		defer p.stop()
		r.announce(t, "news", 0)
		r.pass(time.Second)
		loaded.Store(true)
		r.pass(time.Second)
		wantGot(t, a, "", announced("news", 0, 0))
	})
}
