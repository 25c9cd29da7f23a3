package forecast

import "time"

// A ClockChange is that the clocks of a zone are set.
type ClockChange struct {
	At time.Time // UTC
	// By is how far forward; negative if they are set back.
	By time.Duration
}

// clockChanges are those in (from, to].
func clockChanges(zone *time.Location, from, to time.Time) []ClockChange {
	var changes []ClockChange
	for at := from; ; {
		_, end := at.In(zone).ZoneBounds()
		if !end.IsZero() && !end.After(at) {
			// On 31 December of a leap year the bounds may end the midnight before.
			end = at.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		}
		if end.IsZero() || end.After(to) {
			return changes
		}
		if by := offset(zone, end) - offset(zone, end.Add(-1)); by != 0 {
			changes = append(changes, ClockChange{At: end.UTC(), By: by})
		}
		at = end
	}
}

func offset(zone *time.Location, at time.Time) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
