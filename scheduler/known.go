package scheduler

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A known says since when each coming period has been known here to be planned, by Start. An
// announcement is late from then on at the earliest: nobody could have made it before.
type known map[time.Time]time.Time

// look gives what is known once the coming periods were looked at.
func (k known) look(coming []*keyplan.Entry, now time.Time) known {
	seen := make(known, len(coming))
	for _, e := range coming {
		since, before := k[e.Start]
		if !before {
			since = now
		}
		seen[e.Start] = since
	}
	return seen
}

// late is how long after its time the announcement of a period comes that was due at an
// instant.
func (k known) late(start, due, now time.Time) time.Duration {
	if since := k[start]; since.After(due) {
		due = since
	}
	return max(now.Sub(due), 0)
}
