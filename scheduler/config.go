package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Config for a Scheduler.
type Config struct {
	// Channels are those to be kept. Each must have been loaded into the Ledger before Run:
	// who knows only half of a plan would plan again what was purged.
	Channels []*keyplan.Channel
	// Directory tells which others packagers have created. Nil means none.
	Directory func() *keyplan.Directory
	Ledger    Ledger
	Planner   keyplan.Planner
	// Now is the wall clock. Nil means time.Now.
	Now func() time.Time
	// Log is told what was planned, announced and purged, and what fails. Nil means
	// slog.Default.
	Log *slog.Logger
	// Observe may be left out in whole or in part.
	Observe Observer
}

// A Ledger holds plans and feeds and takes decisions to the store
// (keyplan/ledger.Replica does).
type Ledger interface {
	Load(ctx context.Context, channel string) error
	Loaded(channel string) bool
	Plan(channel string) *keyplan.Plan
	Feed(channel string) []keyplan.Event
	Settle(ctx context.Context, channel string, draft keyplan.Draft) (*keyplan.Plan, error)
	Append(ctx context.Context, channel string, e keyplan.Event) (keyplan.Event, error)
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
	Delete(ctx context.Context, channel string, names ...string) error
	CatchUp(ctx context.Context) error
}

// An Observer hears what metrics are made of. Its functions are called from several
// goroutines and must return quickly.
type Observer struct {
	// Stepped is called after each look at a channel, at least every half minute, with
	// what failed.
	Stepped func(channel string, err error)
	// Announced is called after each announcement, with how long after its time it came,
	// or after the period was first known here to be planned, if that is later.
	Announced func(channel string, late time.Duration)
}

func (c Config) check() keyplan.Problems {
	var ps keyplan.Problems
	ps.Need("ledger", c.Ledger != nil, "one")
	ps.Need("planner.source", c.Planner.Source != nil, "one")
	ps.Need("planner.sealer", c.Planner.Sealer != nil, "one")
	c.checkChannels(&ps)
	return ps
}

func (c Config) checkChannels(ps *keyplan.Problems) {
	known := map[string]bool{}
	for i, ch := range c.Channels {
		key := fmt.Sprintf("channels[%d]", i)
		switch {
		case ch == nil || ch.Policy == nil:
			ps.Add(key, "a channel with a policy")
		case known[ch.ID]:
			ps.Add(key, "a channel that is not listed before")
		default:
			known[ch.ID] = true
		}
	}
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Directory == nil {
		none := keyplan.NewDirectory(nil, nil, keyplan.NewPlan())
		c.Directory = func() *keyplan.Directory { return none }
	}
	c.Log = cmp.Or(c.Log, slog.Default())
	if c.Observe.Stepped == nil {
		c.Observe.Stepped = func(string, error) {}
	}
	if c.Observe.Announced == nil {
		c.Observe.Announced = func(string, time.Duration) {}
	}
	return c
}
