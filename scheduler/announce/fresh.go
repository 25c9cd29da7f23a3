package announce

import (
	"cmp"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// fresh gives the events after a sequence number whose ID stands nowhere before them: two
// replicas may have appended the same one. The events are by sequence number; if there are
// no new ones, the old ones are not looked at.
func fresh(events []keyplan.Event, after uint64) []keyplan.Event {
	first, _ := slices.BinarySearchFunc(events, after, func(e keyplan.Event, after uint64) int {
		return cmp.Or(cmp.Compare(e.Seq, after), -1)
	})
	if first == len(events) {
		return nil
	}
	// Of the many old events, only those that repeat one of the few new ones matter.
	known := make(map[string]bool, len(events)-first)
	for _, e := range events[first:] {
		known[e.ID] = false
	}
	for _, e := range events[:first] {
		if _, repeated := known[e.ID]; repeated {
			known[e.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(events[first:]), func(e keyplan.Event) bool {
		repeated := known[e.ID]
		known[e.ID] = true
		return repeated
	})
}
