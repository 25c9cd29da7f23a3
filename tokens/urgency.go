package tokens

import (
	"cmp"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An urgency is how soon a player misses a key that is left out. Low ones come first.
type urgency int

const (
	current   urgency = iota // the entry that contains now, and static keys
	next                     // the first one to come: without it every player asks at the rotation
	onAir                    // others that may be on air now, by their period
	past                     // within dvr
	prolonged                // on air at most where a packager asked late, or is cut off or gone
	future
	beside // outside of the span that is asked for
)

// byUrgency gives the indexes of claims, which are by Start, the most urgent first. Of
// equally urgent ones that is the nearest to now. since is dvr before now.
func byUrgency(claims []claim, since, now time.Time) []int {
	coming := slices.IndexFunc(claims, func(c claim) bool { return c.Start.After(now) })
	level := func(i int) urgency {
		if i == coming && !claims[i].beside {
			return next
		}
		return levelOf(claims[i], since, now)
	}
	order := make([]int, len(claims))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(level(a), level(b)),
			cmp.Compare(distance(claims[a].Period, now), distance(claims[b].Period, now)),
		)
	})
	return order
}

func levelOf(c claim, since, now time.Time) urgency {
	switch {
	case c.on(now):
		return current
	case c.beside:
		return beside
	case c.From.After(now):
		return future
	case !c.Due.Before(now):
		return onAir
	case !c.Due.Before(since):
		return past
	}
	return prolonged
}

// distance is how far now is from p, if it is outside.
func distance(p keyplan.Period, now time.Time) time.Duration {
	return max(p.Start.Sub(now), now.Sub(p.End))
}
