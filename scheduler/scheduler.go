// Package scheduler keeps every channel planned, announces coming periods when their time
// has come, follows what other replicas decide, and purges what is no longer served.
//
// It owns time: it is the only package with timers. What it does when one fires is
// idempotent, so that doing it twice, or on two replicas, is harmless, and whatever was
// missed while the machine slept, the process was down or the store was away is made up
// for at once. Channels do not wait for each other.
//
// Channels that packagers create under patterns are kept from when they are known, until
// nobody asks for them any more.
//
// It decides nothing: a keyplan.Planner drafts, the store arbitrates. It never sees a
// content key, and it delivers nothing: whoever wants to know follows the feed
// (scheduler/announce).
package scheduler

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Scheduler keeps channels. It is safe for concurrent use.
type Scheduler struct {
	channels  []*keyplan.Channel
	directory func() *keyplan.Directory
	ledger    Ledger
	planner   keyplan.Planner
	now       func() time.Time
	log       *slog.Logger
	observe   Observer

	mu       sync.Mutex        // guards what follows
	failures map[string]string // of the last step, by channel
	tended   map[string]bool   // channels that packagers created and that have a keeper
	deaf     string            // see Deaf
}

// New refuses a Config that is not complete; its error names every problem.
func New(c Config) (*Scheduler, error) {
	if ps := c.check(); len(ps) > 0 {
		return nil, ps
	}
	c = c.withDefaults()
	return &Scheduler{
		channels: c.Channels, directory: c.Directory, ledger: c.Ledger, planner: c.Planner,
		now: c.Now, log: c.Log, observe: c.Observe,
		failures: map[string]string{}, tended: map[string]bool{},
	}, nil
}

// Run keeps every channel until ctx ends, waits for what it started, and returns nil.
func (s *Scheduler) Run(ctx context.Context) error {
	var keepers sync.WaitGroup
	keepers.Go(func() { s.catchUp(ctx) })
	for _, ch := range s.channels {
		k := s.keeper(ch)
		keepers.Go(func() { k.run(ctx) })
	}
	keepers.Go(func() { s.tend(ctx, &keepers) })
	keepers.Wait()
	return nil
}

func (s *Scheduler) keeper(ch *keyplan.Channel) *keeper {
	return &keeper{
		Scheduler: s, channel: ch, log: s.log.With("channel", ch.ID),
		turn: turn(ch.ID, len(s.channels)+len(s.directory().Created())),
	}
}
