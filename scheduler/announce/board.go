package announce

import (
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A board holds what all who read a channel share, so that it is made once and not for each
// of them: the edition that is out, and messages. It decides nothing: all of it follows from
// plan, events and time, and may be lost.
type board struct {
	mu       sync.Mutex // guards what follows
	edition  *edition   // nil: none yet
	plan     *keyplan.Plan
	messages map[messageKey]Message // made of plan
	events   []keyplan.Event
	firsts   []keyplan.Event // of events
}

// A messageKey tells the messages of one plan apart. What is withdrawn changes with time.
type messageKey struct {
	typ       Type
	id        uint64 // 0 for a boundary
	start     int64  // of the period, in Unix seconds
	withdrawn int    // how many KIDs were withdrawn when it was made
}

// maxBoards and maxMessages bound memory. When there are more all of them go: they are made
// again when they are asked for.
const (
	maxBoards   = 1024
	maxMessages = 64
)

// board is the channel's. One that is no longer kept may still be used by who has it.
func (f *Feed) board(channel string) *board {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.boards[channel]
	if !ok {
		if len(f.boards) >= maxBoards {
			clear(f.boards)
		}
		b = &board{}
		f.boards[channel] = b
	}
	return b
}

// message is the one that was made of plan with a key, or is made now.
func (b *board) message(plan *keyplan.Plan, key messageKey, data func() any) Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.plan != plan || len(b.messages) >= maxMessages {
		b.plan, b.messages = plan, map[messageKey]Message{}
	}
	m, ok := b.messages[key]
	if !ok {
		m = message(key.id, key.typ, data())
		b.messages[key] = m
	}
	return m
}

// fresh gives the events after a sequence number whose ID stands nowhere before them: two
// replicas may have appended the same one. The events are by sequence number, and the slice is
// not to be changed.
func (b *board) fresh(events []keyplan.Event, after uint64) []keyplan.Event {
	if len(events) == 0 || events[len(events)-1].Seq <= after {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !sameEvents(b.events, events) {
		b.events, b.firsts = events, firsts(events)
	}
	return behind(b.firsts, after)
}

// withdrawn is how many KIDs are withdrawn at now.
func withdrawn(plan *keyplan.Plan, now time.Time) int {
	n := 0
	for _, r := range plan.Revocations() {
		if !r.From.After(now) {
			n++
		}
	}
	return n
}
