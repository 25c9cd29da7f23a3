package scheduler

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// next is the first instant after now at which a step may find something to do: a period
// begins (and what is planned after it shrinks), the plan reaches less far than ahead_for
// or than to the next announcement, a period is to be announced, or one is to be purged; at
// the latest, longestRest from now. But for announcements, that is by the channel's turn
// earlier or, to purge, later.
func next(pol *keyplan.Policy, plan *keyplan.Plan, now time.Time, turn time.Duration) time.Time {
	end := plan.End().Add(-turn)
	instants := []time.Time{end, end.Add(-pol.AheadFor), end.Add(-pol.Lead - plan.Slack(pol))}
	for _, e := range plan.Between(now, plan.End()) {
		instants = append(instants, e.Start.Add(-turn), plan.FeedAt(pol, e))
	}
	if all := plan.Entries(); len(all) > 0 {
		instants = append(instants, purgeAt(pol, all[0]).Add(turn))
	}
	first := now.Add(longestRest)
	for _, t := range instants {
		if t.After(now) {
			first = earliest(first, t)
		}
	}
	return first
}

// purgeAt is the first whole second at which e has expired, which it has not at the very
// end of its time.
func purgeAt(pol *keyplan.Policy, e *keyplan.Entry) time.Time {
	return e.End.Add(pol.Keep + keyplan.PurgeAfter).Truncate(time.Second).Add(time.Second)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
