package storm

import (
	"math"
	"time"
)

// after is for how many seconds past the rotation a Load counts. Nobody is later: the
// reaction of a player in a trillion takes so long.
const after = 10

// A Load is how many licence requests come in each second.
type Load struct {
	// First is the first second of PerSecond: it begins so many seconds after the rotation,
	// before it if it is negative.
	First     int
	PerSecond []int
}

func newLoad(before time.Duration) Load {
	first := int(math.Ceil(before.Seconds()))
	return Load{First: -first, PerSecond: make([]int, first+after)}
}

func (l Load) add(at float64) {
	second := int(math.Floor(at)) - l.First
	l.PerSecond[min(second, len(l.PerSecond)-1)]++
}

// Peak is how many come in the busiest second, and which that is first, counted from the rotation.
func (l Load) Peak() (requests, second int) {
	for i, n := range l.PerSecond {
		if n > requests {
			requests, second = n, l.First+i
		}
	}
	return requests, second
}

// Total is how many come.
func (l Load) Total() int {
	total := 0
	for _, n := range l.PerSecond {
		total += n
	}
	return total
}

// Wait is the longest time that anybody waits at a service that gives capacity licences a
// second and has everybody queue, however long.
func (l Load) Wait(capacity int) time.Duration {
	queue, longest := 0, 0
	for _, n := range l.PerSecond {
		queue = max(0, queue+n-capacity)
		longest = max(longest, queue)
	}
	return time.Duration(float64(longest) / float64(capacity) * float64(time.Second))
}

// Every is the requests of each step seconds, from First on; the last step may be shorter.
func (l Load) Every(step int) []int {
	sums := make([]int, (len(l.PerSecond)+step-1)/step)
	for i, n := range l.PerSecond {
		sums[i/step] += n
	}
	return sums
}
