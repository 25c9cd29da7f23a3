package storm

import "math/rand/v2"

// A Retry is how viewers who were refused ask again.
type Retry string

// The ways.
const (
	// AtOnce: as soon as the refusal has arrived.
	AtOnce Retry = "at once"
	// Backoff: 1 s later, then 2 s, doubling to 64 s, each between half and one and a half of it.
	Backoff Retry = "exponential backoff"
	// RetryAfter: when the service said, which gives as many the same second as it can
	// answer in one (Retry-After, in whole seconds).
	RetryAfter Retry = "Retry-After"
)

// Retries are all of them.
func Retries() []Retry { return []Retry{AtOnce, Backoff, RetryAfter} }

// waits says how many ticks after a refusal a viewer asks again, who was refused so often
// before.
func (r Retry) waits(capacity int, rng *rand.Rand) func(now int, refused int) int {
	switch r {
	case Backoff:
		return func(_ int, refused int) int {
			pause := ticks << min(refused, 6)
			return roundTrip + pause/2 + rng.IntN(pause+1)
		}
	case RetryAfter:
		return (&slots{capacity: capacity}).wait
	}
	return func(int, int) int { return roundTrip }
}

// slots gives seconds away, each to as many viewers as the service can answer in it.
type slots struct {
	capacity int
	second   int // being given away
	given    int // of it
}

// wait gives the earliest second that has room. The viewer comes at the same tenth of it as
// now, so that those of one second do not come in one tick.
func (s *slots) wait(now int, _ int) int {
	if next := now/ticks + 1; s.second < next {
		s.second, s.given = next, 0
	}
	if s.given == s.capacity {
		s.second, s.given = s.second+1, 0
	}
	s.given++
	return (s.second-now/ticks)*ticks + roundTrip
}
