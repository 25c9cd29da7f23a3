// Package scheduler keeps every channel planned, announces coming periods when their time
// has come, and purges what is no longer served.
//
// It owns time: it is the only package with timers. What it does when one fires is
// idempotent, so that doing it twice, or on two replicas, is harmless, and whatever was
// missed while the machine slept, the process was down or the store was away is made up
// for at once. Channels do not wait for each other.
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
	channels []*keyplan.Channel
	ledger   Ledger
	planner  keyplan.Planner
	now      func() time.Time
	log      *slog.Logger
	observe  Observer

	mu       sync.Mutex        // guards failures
	failures map[string]string // of the last step, by channel
}

// New refuses a Config that is not complete; its error names every problem.
func New(c Config) (*Scheduler, error) {
	if ps := c.check(); len(ps) > 0 {
		return nil, ps
	}
	c = c.withDefaults()
	return &Scheduler{
		channels: c.Channels, ledger: c.Ledger, planner: c.Planner,
		now: c.Now, log: c.Log, observe: c.Observe,
		failures: map[string]string{},
	}, nil
}

// Run keeps every channel until ctx ends, waits for what it started, and returns nil.
func (s *Scheduler) Run(ctx context.Context) error {
	var keepers sync.WaitGroup
	for _, ch := range s.channels {
		k := &keeper{
			Scheduler: s, channel: ch, log: s.log.With("channel", ch.ID),
			turn: turn(ch.ID, len(s.channels)),
		}
		keepers.Go(func() { k.run(ctx) })
	}
	keepers.Wait()
	return nil
}
