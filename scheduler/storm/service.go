package storm

import "math/rand/v2"

// A service is the licence service of an Overload, in one tick after another.
type service struct {
	capacity    int
	refusalCost float64
	waiting     int
	// work is what it can do in this tick, in licences, with what was left of one before.
	work float64
	// arrived is how many requests this tick had.
	arrived int
}

// turnAway lets in as many of a tick's requests as there is room for, any of them, and gives
// back the others. It changes the order of asking.
func (s *service) turnAway(asking []int, rng *rand.Rand) []int {
	s.arrived = len(asking)
	admitted := min(len(asking), s.capacity-s.waiting)
	for i := range admitted {
		j := i + rng.IntN(len(asking)-i)
		asking[i], asking[j] = asking[j], asking[i]
	}
	s.waiting += admitted
	refused := asking[admitted:]
	s.work += float64(s.capacity)/ticks - s.refusalCost*float64(len(refused))
	return refused
}

// give answers those who wait, as far as the work of the tick reaches. None of it is kept
// for later, but for the part of a licence; nor is a tick that was too much for it.
func (s *service) give() int {
	n := min(s.waiting, int(max(0, s.work)))
	s.waiting -= n
	s.work = min(max(0, s.work-float64(n)), 1)
	return n
}
