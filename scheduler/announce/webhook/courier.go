package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// How a courier paces itself.
const (
	// lookEvery is how often it looks for events that no lane is busy with.
	lookEvery = 500 * time.Millisecond
	// saveEvery is how often, at most, it keeps how far the target was told, and looks for
	// replays.
	saveEvery = 2 * time.Second
	// parallel is how many requests a target gets at a time.
	parallel = 8
)

// A courier tells one target, for as long as this replica delivers.
type courier struct {
	*Deliverer
	target  *Target
	log     *slog.Logger // with the target
	through http.RoundTripper
	slots   chan struct{} // one for each request under way
	kept    standings     // belongs to run
	dead    deadLetters
	asked   records         // replays
	applied map[string]bool // those that are part of standing, by name of the record; belongs to run

	lanes sync.WaitGroup

	mu       sync.Mutex            // guards what follows
	busy     map[string]*lane      // by channel
	failing  map[string]bool       // the channels whose lanes fail
	letters  map[string]DeadLetter // by name of the record
	standing Standing
	dirty    bool          // standing is not kept yet
	woken    chan struct{} // closed to have lanes try at once

	storeFails bool
}

func newCourier(d *Deliverer, t *Target) *courier {
	return &courier{
		Deliverer: d, target: t, log: d.log.With("webhook", t.Name), through: d.transport(t),
		slots: make(chan struct{}, parallel),
		kept:  standings{records: records{d.store, kindDelivered}, target: t.Name},
		dead:  deadLetters{records{d.store, kindDead}, t.Name}, asked: records{d.store, kindReplay}, applied: map[string]bool{},
		busy: map[string]*lane{}, failing: map[string]bool{}, letters: map[string]DeadLetter{}, woken: make(chan struct{}),
	}
}

// run delivers until ctx ends, and keeps how far it came.
func (c *courier) run(ctx context.Context) {
	defer c.hush()
	if !c.open(ctx) {
		return
	}
	for saved := time.Now(); ctx.Err() == nil; c.rest(ctx, lookEvery) {
		c.look(ctx)
		if time.Since(saved) >= saveEvery {
			c.settle(ctx)
			saved = time.Now()
		}
		c.observe.Stands(c.target.Name, c.lag(), c.deadCount())
	}
	c.lanes.Wait()
	_, err := c.save(context.WithoutCancel(ctx))
	c.report(err)
}

// hush leaves nothing behind that a replica which does not deliver would go on to say.
func (c *courier) hush() {
	c.observe.Stands(c.target.Name, 0, 0)
	if idle, ok := c.through.(interface{ CloseIdleConnections() }); ok {
		idle.CloseIdleConnections()
	}
}

// open reads how far the target was told, again and again until the store answers, and is
// false if ctx ends before that. That of a new target is kept before anything is delivered:
// after a crash it begins where it began.
func (c *courier) open(ctx context.Context) bool {
	for ; ctx.Err() == nil; c.rest(ctx, saveEvery) {
		err := c.read(ctx)
		c.report(err)
		if err == nil {
			return true
		}
	}
	return false
}

func (c *courier) read(ctx context.Context) error {
	standing, known, err := c.kept.newest(ctx)
	if err != nil {
		return err
	}
	if !known {
		standing = newStanding(c.began)
	}
	letters, err := c.dead.all(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.standing, c.dirty = standing, !known
	if standing.Gone != c.target.fingerprint() {
		c.standing.Gone = ""
	}
	for _, letter := range letters {
		c.letters[letter.name(c.target.Name)] = letter
	}
	c.mu.Unlock()
	if kept, err := c.save(ctx); err != nil || kept {
		return err
	}
	return errElsewhere
}

// look starts a lane for each channel that has something to tell and none.
func (c *courier) look(ctx context.Context) {
	for _, channel := range c.channelsOf(c.target) {
		c.mu.Lock()
		told, again, busy := c.standing.Told[channel], len(c.standing.Again[channel]), c.busy[channel]
		c.mu.Unlock()
		if busy != nil || again == 0 && len(c.since(channel, told)) == 0 {
			continue
		}
		l := &lane{courier: c, channel: channel}
		c.mu.Lock()
		c.busy[channel] = l
		c.mu.Unlock()
		c.lanes.Go(func() { l.run(ctx) })
	}
}

// settle keeps how far the target was told, and takes what is to be replayed.
func (c *courier) settle(ctx context.Context) {
	err := c.replays(ctx)
	if err == nil {
		_, err = c.save(ctx)
	}
	if ctx.Err() == nil {
		c.report(err)
	}
}

// report logs when calls to the store begin to fail, and when they do no more.
func (c *courier) report(err error) {
	c.mu.Lock()
	before := c.storeFails
	c.storeFails = err != nil
	c.mu.Unlock()
	switch {
	case err != nil && !before:
		c.log.Warn("webhook state not kept, after a crash events come again", "err", err)
	case err == nil && before:
		c.log.Info("webhook state kept again")
	}
}

// rest waits, or less if something is to be tried at once.
func (c *courier) rest(ctx context.Context, d time.Duration) {
	c.mu.Lock()
	woken := c.woken
	c.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-woken:
	case <-ctx.Done():
	}
}
