package announce

import (
	"cmp"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// firsts are the events whose ID stands nowhere before them.
func firsts(events []keyplan.Event) []keyplan.Event {
	known := make(map[string]bool, len(events))
	first := make([]keyplan.Event, 0, len(events))
	for _, e := range events {
		if !known[e.ID] {
			first = append(first, e)
		}
		known[e.ID] = true
	}
	return first
}

// behind are the events after a sequence number.
func behind(events []keyplan.Event, after uint64) []keyplan.Event {
	i, _ := slices.BinarySearchFunc(events, after, func(e keyplan.Event, after uint64) int {
		return cmp.Or(cmp.Compare(e.Seq, after), -1)
	})
	return events[i:]
}

// sameEvents reports whether two slices are one: those of a feed are never changed.
func sameEvents(a, b []keyplan.Event) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
