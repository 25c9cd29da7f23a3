package announce

import (
	"context"
	"iter"
)

// Follow yields what a client is told that knows the feed up to the sequence number after
// (0: nothing of it): a Reset if that is no place in the feed; the events that came since,
// in order and each once; then events as they come, Ended and Begun at the boundaries, and
// a Heartbeat when there was nothing else for 15 s. It ends with ctx, and at once for a
// channel that there is not. It runs in the caller's goroutine and starts no other.
func (f *Feed) Follow(ctx context.Context, channel string, after uint64) iter.Seq[Message] {
	return func(yield func(Message) bool) {
		ch, ok := f.Channel(channel)
		if !ok {
			return
		}
		c := newClient(f, ch, after, yield)
		if !c.greet() {
			return
		}
		// What to wait for is asked for before looking, so that no change is missed.
		for changed := f.Changed(channel); c.tell(); changed = f.Changed(channel) {
			if !c.wait(ctx, changed) {
				return
			}
		}
	}
}
