package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A lane tells a target of one channel's events, one after the other, until there are none.
type lane struct {
	*courier
	channel  string
	failures int       // of the event at hand, in a row
	failure  string    // the last of them
	head     time.Time // when the event at hand came into the feed; the courier's mu guards it
}

// A step is the event that a lane is at, and where the channel stands.
type step struct {
	event keyplan.Event
	told  announce.Message
	from  uint64 // where the channel stands
	again bool   // it is a dead letter
}

// errElsewhere says that the lease is not held, or not any more.
var errElsewhere = errors.New("another replica delivers")

// errGone says that the target asked not to be told any more.
var errGone = errors.New("it answered 410 Gone, and is not asked until its URL changes or something is replayed")

func (l *lane) run(ctx context.Context) {
	defer l.leave()
	for ctx.Err() == nil {
		s, ok := l.next()
		if !ok {
			return
		}
		err := l.take(ctx, s)
		if err == nil {
			l.failures, l.failure = 0, ""
			continue
		}
		if ctx.Err() == nil {
			l.failures++
			l.rest(ctx, pause(l.failures, err))
		}
	}
}

// leave makes room for another lane, and takes back that this one fails.
func (l *lane) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.busy, l.channel)
	delete(l.failing, l.channel)
}

// next finds the next event that the target is to be told, and passes over those that it is
// not, or of which there is nothing to tell any more.
func (l *lane) next() (step, bool) {
	for {
		if seq, again := l.firstAgain(l.channel); again {
			if s, ok := l.stepAgain(seq); ok {
				return s, true
			}
			continue
		}
		at := l.place(l.channel)
		s, ok := l.stepAfter(at)
		if !ok || s.told.Data != nil {
			return s, ok
		}
		l.pass(l.channel, at, s.event.Seq)
	}
}

// stepAgain is the one of a dead letter. It is false, and the event passed, if the feed does
// not hold it any more.
func (l *lane) stepAgain(seq uint64) (step, bool) {
	event, held := l.event(l.channel, seq)
	told, _ := l.tell(l.channel, event)
	if !held || told.Data == nil {
		l.passAgain(l.channel, seq)
		return step{}, false
	}
	l.stand(event)
	return step{event: event, told: told, again: true}, true
}

// stepAfter is the one behind a place in the feed. It has nothing told if the event is not for
// the target, and is false if there is none, or it is still on its way.
func (l *lane) stepAfter(at uint64) (step, bool) {
	events := l.since(l.channel, at)
	if len(events) == 0 {
		return step{}, false
	}
	s := step{event: events[0], from: at}
	if !l.target.wants(s.event.Type) {
		return s, true
	}
	l.stand(s.event)
	told, ready := l.tell(l.channel, s.event)
	s.told = told
	return s, ready
}

// stand says which event the lane is at.
func (l *lane) stand(event keyplan.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = event.At
}

// take delivers an event, or gives it up, once it is this lane's turn. While that fails it is
// the target's next one.
func (l *lane) take(ctx context.Context, s step) error {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case !l.lease.Held():
		return errElsewhere
	case l.isTooOld(s.event):
		return l.giveUp(ctx, s)
	case l.isGone():
		return errGone
	}
	err := l.post(ctx, s)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		l.failed(err)
		return err
	}
	l.delivered(ctx, s)
	return nil
}

func (l *lane) post(ctx context.Context, s step) error {
	err := l.target.send(ctx, l.through, l.userAgent, parcel{
		id: MessageID(l.channel, s.event.ID), at: l.now(), body: body(l.channel, s.event, s.told),
	})
	refused, answered := errors.AsType[*refusal](err)
	switch {
	case err == nil:
		l.observe.Tried(l.target.Name, Delivered)
	case answered:
		l.observe.Tried(l.target.Name, Refused)
	case ctx.Err() == nil:
		l.observe.Tried(l.target.Name, Failed)
	}
	if answered && refused.status == http.StatusGone {
		l.gone()
		return errGone
	}
	return err
}
