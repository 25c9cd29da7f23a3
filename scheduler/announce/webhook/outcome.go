package webhook

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// How long a lane waits after a failure: a random time up to firstPause, doubling with each
// one in a row up to longestPause. A target that asks for more by Retry-After gets it, up to
// longestWait.
const (
	firstPause   = time.Second
	longestPause = time.Minute
	longestWait  = 10 * time.Minute
)

func pause(failures int, err error) time.Duration {
	longest := min(firstPause<<min(failures-1, 6), longestPause)
	drawn := time.Duration(rand.Int64N(int64(longest))) + time.Millisecond
	if r, ok := errors.AsType[*refusal](err); ok {
		return max(drawn, min(r.after, longestWait))
	}
	return drawn
}

// mostError bounds what is kept of an error, in bytes: some repeat what the target answered.
const mostError = 300

// failed keeps why an event was not delivered. It is logged once, when a target that did not
// fail begins to.
func (l *lane) failed(err error) {
	text := err.Error()
	if len(text) > mostError {
		text = strings.ToValidUTF8(text[:mostError], "") + "…"
	}
	l.failure = text
	now := l.now()
	l.mu.Lock()
	before := l.standing.Failure
	f := &Failure{Since: now, At: now, Channel: l.channel, Error: text}
	if before != nil {
		f.Since = before.Since
	}
	l.standing.Failure, l.dirty = f, true
	l.failing[l.channel] = true
	l.mu.Unlock()
	if before == nil {
		l.log.Warn("webhook failing", "channel", l.channel, "err", text)
	}
}

// delivered moves on.
func (l *lane) delivered(ctx context.Context, s step) {
	now := l.now()
	l.log.Debug("webhook delivered", "channel", l.channel, "event", s.event.ID)
	l.mu.Lock()
	l.standing.Delivered, l.dirty = now, true
	delete(l.failing, l.channel)
	recovered := len(l.failing) == 0 && l.standing.Failure != nil
	if recovered {
		l.standing.Failure = nil
	}
	l.mu.Unlock()
	if recovered {
		l.log.Info("webhook delivers again", "channel", l.channel)
	}
	l.revive(ctx, s)
	l.moveOn(s)
}

func (l *lane) moveOn(s step) {
	if s.again {
		l.passAgain(l.channel, s.event.Seq)
		return
	}
	l.pass(l.channel, s.from, s.event.Seq)
}

// gone keeps that the target wants no more.
func (l *lane) gone() {
	l.mu.Lock()
	before := l.standing.Gone
	l.standing.Gone, l.dirty = l.target.fingerprint(), true
	l.mu.Unlock()
	if before == "" {
		l.log.Warn("webhook gone: it is not asked any more", "channel", l.channel)
	}
}

// giveUp makes an event that is too old a dead letter, and moves on once that is kept.
func (l *lane) giveUp(ctx context.Context, s step) error {
	letter := newDeadLetter(l.channel, s.event, l.now(), l.failure)
	if err := l.dead.keep(ctx, letter); err != nil {
		l.report(err)
		return err
	}
	l.log.Warn("webhook event given up", "channel", l.channel, "type", string(letter.Type), "period", letter.Start, "err", letter.Error)
	l.mu.Lock()
	l.letters[letter.name(l.target.Name)] = letter
	delete(l.failing, l.channel)
	l.mu.Unlock()
	l.moveOn(s)
	l.trim(ctx)
	return nil
}

// trim deletes the oldest dead letters if there are too many. What fails is made up for the
// next time.
func (l *lane) trim(ctx context.Context) {
	l.mu.Lock()
	all := slices.SortedFunc(maps.Values(l.letters), older)
	l.mu.Unlock()
	var names []string
	for _, letter := range all[:max(len(all)-mostDead, 0)] {
		names = append(names, letter.name(l.target.Name))
	}
	if err := l.dead.remove(ctx, names...); err != nil {
		l.report(err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		delete(l.letters, name)
	}
}

// revive deletes the dead letter of an event that was delivered after all.
func (l *lane) revive(ctx context.Context, s step) {
	name := deadName(l.target.Name, l.channel, s.event.Seq)
	l.mu.Lock()
	_, dead := l.letters[name]
	delete(l.letters, name)
	l.mu.Unlock()
	if !dead {
		return
	}
	if err := l.dead.remove(ctx, name); err != nil {
		l.report(err)
	}
}
