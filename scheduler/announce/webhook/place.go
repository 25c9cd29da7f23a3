package webhook

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// What a courier knows of how far its target was told, and changes.

// save keeps the standing if it has changed, unless another replica delivers by now. It is kept
// if the store has what stood when save was called, whatever has changed since.
func (c *courier) save(ctx context.Context) (kept bool, err error) {
	c.mu.Lock()
	if !c.dirty || !c.lease.Held() {
		defer c.mu.Unlock()
		return !c.dirty, nil
	}
	c.drop()
	standing := c.standing.clone()
	c.dirty = false
	c.mu.Unlock()
	kept, err = c.kept.keep(ctx, &standing)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.standing.N = standing.N
	c.dirty = c.dirty || !kept
	if err != nil {
		err = fmt.Errorf("webhook %s: %w", c.target.Name, err)
	}
	return kept, err
}

// drop forgets channels that there are no more. If one comes back, it has no place.
func (c *courier) drop() {
	there := map[string]bool{}
	for _, channel := range c.channels() {
		there[channel] = true
	}
	maps.DeleteFunc(c.standing.Told, func(channel string, _ uint64) bool { return !there[channel] })
}

// place is where a channel stands. One that has no place gets one behind the events that are
// not for the target.
func (c *courier) place(channel string) uint64 {
	if told, known := c.toldOf(channel); known {
		return told // most of the time, without a look at the whole feed
	}
	events := c.since(channel, 0)
	c.mu.Lock()
	defer c.mu.Unlock()
	told, known := c.standing.Told[channel]
	if known {
		return told // a replay has given it one meanwhile
	}
	from := c.standing.from(c.now(), c.target.MaxAge)
	for _, e := range events {
		if e.At.Before(from) {
			told = e.Seq
		}
	}
	c.standing.Told[channel], c.dirty = told, true
	return told
}

func (c *courier) toldOf(channel string) (told uint64, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	told, known = c.standing.Told[channel]
	return told, known
}

// pass moves a channel from one place to a later one, unless a replay has moved it meanwhile.
func (c *courier) pass(channel string, from, to uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.standing.Told[channel] == from {
		c.standing.Told[channel] = to
		c.dirty = true
	}
}

// firstAgain is the first of a channel's dead letters that are tried once more.
func (c *courier) firstAgain(channel string) (seq uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	again := c.standing.Again[channel]
	if len(again) == 0 {
		return 0, false
	}
	return again[0], true
}

// passAgain takes an event out of those that are tried once more.
func (c *courier) passAgain(channel string, seq uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(c.standing.Again[channel], func(s uint64) bool { return s == seq })
	c.standing.Again[channel] = left
	if len(left) == 0 {
		delete(c.standing.Again, channel)
	}
	c.dirty = true
}

// isTooOld reports whether an event is given up.
func (c *courier) isTooOld(e keyplan.Event) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := e.At
	if c.standing.Renewed.After(at) {
		at = c.standing.Renewed
	}
	return c.now().Sub(at) >= c.target.MaxAge
}

func (c *courier) isGone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.standing.Gone != ""
}

// lag is how old the oldest event is that a lane is busy with.
func (c *courier) lag() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lag time.Duration
	for _, l := range c.busy {
		if !l.head.IsZero() {
			lag = max(lag, c.now().Sub(l.head))
		}
	}
	return lag
}

func (c *courier) deadCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.letters)
}
