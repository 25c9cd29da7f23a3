package storm

import (
	"math/rand/v2"
	"time"
)

// An Overload is licence requests that come faster than a service can answer them.
//
// The service gives Capacity licences a second. It lets as many requests wait as it can
// answer in a second and refuses those that find no room, one as likely as another. A
// refusal is work too, RefusalCost of a licence, and goes first; so a service that gets
// 1/RefusalCost times as many requests as it can answer gives no licence any more. Answers
// of either kind take a fifth of a second to arrive and be acted upon.
type Overload struct {
	// Requests come evenly at random Within a span.
	Requests int
	Within   time.Duration
	Capacity int
	// RefusalCost is from 0, refusals are free, to less than 1.
	RefusalCost float64
	// Seed decides what is drawn.
	Seed uint64
}

// An Outcome is what became of an Overload.
type Outcome struct {
	// Licences is how many viewers got theirs, before nobody got one for a minute or ten times
	// the ideal time had passed.
	Licences int
	// Last is when the last of them was given, from the first request on.
	Last time.Duration
	// Requests is how many came, repeated ones counted.
	Requests int
}

// Ideal is when the last licence would be given if the service never paused and nobody was
// refused.
func (o Overload) Ideal() time.Duration {
	return time.Duration(float64(o.Requests) / float64(o.Capacity) * float64(time.Second))
}

// Time goes in ticks of a tenth of a second.
const (
	ticks     = 10 // in a second
	roundTrip = 2
	patience  = 60 * ticks
)

// Under plays it with viewers who ask again in one way.
func (o Overload) Under(r Retry) Outcome {
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	service := service{capacity: o.Capacity, refusalCost: o.RefusalCost}
	viewers := o.crowd(rng)
	wait := r.waits(o.Capacity, rng)
	var out Outcome
	given := 0 // the tick of the last licence
	for now := 0; out.Licences < o.Requests && now < o.limit() && now-given < patience; now++ {
		refused := service.turnAway(viewers.at(now), rng)
		for _, attempts := range refused {
			viewers.ask(now+wait(now, attempts), attempts+1)
		}
		out.Requests += service.arrived
		if n := service.give(); n > 0 {
			out.Licences += n
			given = now + 1
		}
	}
	out.Last = time.Duration(given) * time.Second / ticks
	return out
}

// limit is the tick at which it is over.
func (o Overload) limit() int { return ticks * (60 + int(10*o.Ideal().Seconds())) }

// A crowd is who asks in which tick: for each request how often its viewer has been refused.
type crowd map[int][]int

func (o Overload) crowd(rng *rand.Rand) crowd {
	c := crowd{}
	within := int(o.Within * ticks / time.Second)
	for range o.Requests {
		c.ask(rng.IntN(max(1, within)), 0)
	}
	return c
}

func (c crowd) ask(tick int, refused int) { c[tick] = append(c[tick], refused) }

// at takes those of a tick out.
func (c crowd) at(tick int) []int {
	asking := c[tick]
	delete(c, tick)
	return asking
}
