package announce

import (
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Since gives the events of a channel after a sequence number, in order and each once: those
// that Follow tells, for who keeps its own place and is told by Tell. There are none while
// there is no such channel, or it is not loaded yet. The slice is the caller's.
func (f *Feed) Since(channel string, after uint64) []keyplan.Event {
	if _, ok := f.Channel(channel); !ok {
		return nil
	}
	events := f.Events(channel)
	if last(events) <= after {
		return nil // without a board, of which there are not enough for all channels
	}
	return slices.Clone(f.board(channel).fresh(events, after))
}

// Tell gives what is told now of an event of a channel: nothing, without Data, if its period
// is purged or there is no such channel any more. It is not ready while the event's period is
// on its way here.
func (f *Feed) Tell(channel string, event keyplan.Event) (m Message, ready bool) {
	ch, ok := f.Channel(channel)
	if !ok {
		return Message{}, true
	}
	c, plan := &client{Feed: f, board: f.board(channel), channel: ch, looked: f.now()}, f.Plan(channel)
	told, ready := c.told(plan, event)
	if told == nil {
		return Message{}, ready
	}
	return c.event(plan, event, told), true
}
