package announce

import (
	"context"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// beat is the longest silence between two messages.
const beat = 15 * time.Second

// A client is one that follows. Its methods that tell it something are false once it is
// gone.
type client struct {
	*Feed
	board   *board
	channel *keyplan.Channel
	yield   func(Message) bool

	after   uint64         // the sequence number up to which it was told
	current *keyplan.Entry // the period that it knows to be on; nil: none
	looked  time.Time      // up to when it was told
	spoken  time.Time      // when it was last told anything
	anew    bool           // it was reset, and knows nothing
}

func newClient(f *Feed, ch *keyplan.Channel, after uint64, yield func(Message) bool) *client {
	now := f.now()
	current, _ := f.Plan(ch.ID).At(now)
	return &client{
		Feed: f, board: f.board(ch.ID), channel: ch, yield: yield,
		after: after, current: current, looked: now, spoken: now,
	}
}

// greet resets a client whose place in the feed there is not, or no longer.
func (c *client) greet() bool {
	events := c.Events(c.channel.ID)
	missed := len(events) > 0 && c.after+1 < events[0].Seq
	if !missed && c.after <= last(events) {
		return true
	}
	c.after, c.anew = 0, true
	return c.say(bare(Reset))
}

func (c *client) say(m Message) bool {
	c.spoken = c.looked
	return c.yield(m)
}

// tell says what has become known, and what time it is.
func (c *client) tell() bool {
	c.looked = c.now()
	return c.announced() && c.boundary() && c.heartbeat()
}

// announced tells the events that the client does not know. One whose period is purged has
// nothing to tell; one whose period is still on its way here waits, with all after it.
func (c *client) announced() bool {
	events := c.Events(c.channel.ID)
	plan := c.Plan(c.channel.ID)
	for _, event := range c.board.fresh(events, c.after) {
		told, ready := c.told(plan, event)
		if !ready {
			return true
		}
		c.after = event.Seq
		if told != nil && !c.say(c.event(plan, event, told)) {
			return false
		}
	}
	c.after = last(events)
	return true
}

// comes reports whether the period of an event, which lies within the plan, may be on its way
// here: another replica knew of a split first.
func (c *client) comes(plan *keyplan.Plan, event keyplan.Event) bool {
	all := plan.Entries()
	purged := len(all) == 0 || event.Start.Before(all[0].Start)
	return !purged && c.looked.Sub(event.At) < 2*keyplan.MaxStaleness
}

// told gives what makes the data that a client is told of an event, or nil. It is not ready
// while its period is on its way here.
func (c *client) told(plan *keyplan.Plan, event keyplan.Event) (data func() any, ready bool) {
	if event.Type == keyplan.KIDRevoked {
		return func() any { return Withdrawal{KID: *event.KID, From: event.From} }, true
	}
	e, ok := plan.Starting(event.Start)
	switch {
	case !ok:
		return nil, event.Start.Before(plan.End()) && !c.comes(plan, event)
	case c.anew && !e.End.After(c.looked):
		return nil, true // of what is over the document says nothing either
	case event.Type == keyplan.Rotated:
		return func() any { return span(e) }, true
	}
	return func() any { return c.period(c.channel, plan, e, c.looked) }, true
}

// event is what every client is told of an event at the same time.
func (c *client) event(plan *keyplan.Plan, event keyplan.Event, data func() any) Message {
	key := messageKey{Type(event.Type), event.Seq, event.Start.Unix(), withdrawn(plan, c.looked)}
	return c.board.message(plan, key, data)
}

// mark tells of a boundary of e, as the plan has e now: a split may have moved its end.
func (c *client) mark(typ Type, plan *keyplan.Plan, e *keyplan.Entry) Message {
	if now, ok := plan.Starting(e.Start); ok {
		e = now
	}
	return c.board.message(plan, messageKey{typ: typ, start: e.Start.Unix()}, func() any { return span(e) })
}

// boundary tells that another period is on than the client knows. Those that passed
// unnoticed in between, while the machine slept, are not told.
func (c *client) boundary() bool {
	before, plan := c.current, c.Plan(c.channel.ID)
	c.current, _ = plan.At(c.looked)
	if same(before, c.current) {
		return true
	}
	if before != nil && !c.say(c.mark(Ended, plan, before)) {
		return false
	}
	return c.current == nil || c.say(c.mark(Begun, plan, c.current))
}

func same(a, b *keyplan.Entry) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Start.Equal(b.Start)
}

// heartbeat breaks a silence that lasts too long, or whose length is not known because the
// clock was set back.
func (c *client) heartbeat() bool {
	silence := c.looked.Sub(c.spoken)
	if silence >= 0 && silence < beat {
		return true
	}
	return c.say(bare(Heartbeat))
}

// wait returns true when there may be something to tell, false when ctx has ended.
func (c *client) wait(ctx context.Context, changed <-chan struct{}) bool {
	timer := time.NewTimer(c.next().Sub(c.now()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-changed:
	case <-timer.C:
	}
	return ctx.Err() == nil
}

// next is the first instant, after the client was told what there was, at which a heartbeat
// is due or a period begins or ends.
func (c *client) next() time.Time {
	first := c.spoken.Add(beat)
	for _, e := range c.Plan(c.channel.ID).Between(c.looked, first) {
		for _, t := range []time.Time{e.Start, e.End} {
			if t.After(c.looked) && t.Before(first) {
				first = t
			}
		}
	}
	return first
}
