package scheduler_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

func TestAChannelThatOnlyAnotherReplicaIsAskedForIsPlannedHereToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New()
		asked := open(t, store)
		asked.create("live-1")
		other := openAt(t, store, asked.clock)
		// Idle is two hours, keep is one.
		for hour := range time.Duration(30) {
			asked.clock.until(t, noon.Add(hour*time.Hour+30*time.Minute))
			asked.ask("live-1")
			if _, on := other.Plan("live-1").At(asked.clock.now()); !on {
				t.Fatalf("after %d hours it is planned until %v", hour, other.Plan("live-1").End())
			}
		}
		asked.stop()
		other.stop()
		if n := len(records(t, store, keyplan.DirectoryChannel)); n != 1 {
			t.Errorf("%d records say that it was created", n)
		}
	})
}
