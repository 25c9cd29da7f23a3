package storm_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/scheduler/storm"
)

// fiftyThousand have their licences after fifty seconds at the earliest.
var fiftyThousand = storm.Overload{Requests: 50_000, Within: 2 * time.Second, Capacity: 1000, RefusalCost: 0.02}

func TestRetryAfterEndsAnOverloadSoonAfterTheIdealTimeAndBackoffDoesNot(t *testing.T) {
	for seed := range uint64(3) {
		o := fiftyThousand
		o.Seed = seed
		slots, backoff := o.Under(storm.RetryAfter), o.Under(storm.Backoff)
		// Refusals take a second of the service's work, a slot begins a second after the
		// refusal, and then come a round trip and a second in the queue.
		if slots.Licences != 50_000 || slots.Last > o.Ideal()+3500*time.Millisecond || slots.Requests > 105_000 {
			t.Errorf("Retry-After, seed %d: %+v", seed, slots)
		}
		if backoff.Licences != 50_000 || backoff.Last < 2*o.Ideal() || backoff.Requests < 5*50_000 {
			t.Errorf("backoff, seed %d: %+v", seed, backoff)
		}
	}
}

// Whom the service lets in, and how many wait, shows only in the exact figures. Those who ask
// again at once get nothing any more after a third of a second.
func TestAnOverloadGoesAsWritten(t *testing.T) {
	want := map[storm.Retry]storm.Outcome{
		storm.AtOnce:     {Licences: 143, Last: 300 * time.Millisecond, Requests: 14_505_523},
		storm.Backoff:    {Licences: 50_000, Last: 121 * time.Second, Requests: 274_723},
		storm.RetryAfter: {Licences: 50_000, Last: 52_900 * time.Millisecond, Requests: 101_175},
	}
	got := map[storm.Retry]storm.Outcome{}
	for _, r := range storm.Retries() {
		got[r] = fiftyThousand.Under(r)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAskingAtOnceHarmsAServiceToWhichRefusalsAreWork(t *testing.T) {
	o := fiftyThousand
	o.RefusalCost = 0
	if got := o.Under(storm.AtOnce); got.Licences != 50_000 || got.Last != o.Ideal() || got.Requests < 100*50_000 {
		t.Errorf("with free refusals: %+v", got)
	}
}

func TestAnOverloadThatIsNoneEndsWithItsRequests(t *testing.T) {
	o := storm.Overload{Requests: 900, Within: 2 * time.Second, Capacity: 1000, RefusalCost: 0.5}
	for _, r := range storm.Retries() {
		if got := o.Under(r); got.Requests != 900 || got.Licences != 900 || got.Last > 2*time.Second {
			t.Errorf("%s: %+v", r, got)
		}
	}
}

func TestNoServiceGivesMoreThanItCanOrToWhoDidNotAsk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := storm.Overload{
			Capacity:    rapid.IntRange(1, 500).Draw(t, "capacity"),
			Within:      time.Duration(rapid.IntRange(0, 5000).Draw(t, "within")) * time.Millisecond,
			RefusalCost: rapid.Float64Range(0, 0.9).Draw(t, "refusal cost"),
			Seed:        rapid.Uint64().Draw(t, "seed"),
		}
		o.Requests = rapid.IntRange(1, 20*o.Capacity).Draw(t, "requests")
		r := rapid.SampledFrom(storm.Retries()).Draw(t, "retry")
		got := o.Under(r)
		if got.Licences < 0 || got.Licences > o.Requests || got.Requests < o.Requests {
			t.Fatalf("%s: %+v", r, got)
		}
		if most := got.Last.Seconds()*float64(o.Capacity) + 1; float64(got.Licences) > most {
			t.Fatalf("%s: %d licences in %v", r, got.Licences, got.Last)
		}
		if r != storm.AtOnce && got.Licences < o.Requests {
			t.Fatalf("%s: only %+v", r, got)
		}
		if diff := cmp.Diff(got, o.Under(r)); diff != "" {
			t.Fatalf("%s, again (-first +second):\n%s", r, diff)
		}
	})
}
