package command

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Config for an Executor.
type Config struct {
	Ledger  Ledger
	Planner keyplan.Planner
	// Rebind binds a content ID anew as of an instant (speke.Handler does).
	Rebind func(ctx context.Context, contentID string, index uint32, at time.Time) (keyplan.Binding, error)
	Now    func() time.Time
	// Log is told who decided what, and why. Nil means slog.Default.
	Log *slog.Logger
	// Rotated and Revoked count what was carried out; repeats are not. Nil means that nobody
	// counts.
	Rotated, Revoked func(channel string)
}

// A Ledger holds plans and takes decisions to the store (keyplan/ledger.Replica does).
type Ledger interface {
	Load(ctx context.Context, channel string) error
	Plan(channel string) *keyplan.Plan
	Settle(ctx context.Context, channel string, draft keyplan.Draft) (*keyplan.Plan, error)
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
	Decide(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
}

// An Executor carries out commands. It is safe for concurrent use.
type Executor struct{ Config }

// New refuses a Config that is not complete; its error names every problem.
func New(c Config) (*Executor, error) {
	if ps := c.check(); len(ps) > 0 {
		return nil, ps
	}
	c.Log = cmp.Or(c.Log, slog.Default())
	if c.Rotated == nil {
		c.Rotated = func(string) {}
	}
	if c.Revoked == nil {
		c.Revoked = func(string) {}
	}
	return &Executor{c}, nil
}

func (c Config) check() keyplan.Problems {
	var ps keyplan.Problems
	ps.Need("ledger", c.Ledger != nil, "one")
	ps.Need("planner.source", c.Planner.Source != nil, "one")
	ps.Need("planner.sealer", c.Planner.Sealer != nil, "one")
	ps.Need("rebind", c.Rebind != nil, "a function")
	ps.Need("now", c.Now != nil, "a function")
	return ps
}

// now is in whole seconds, rounded down, as records have it.
func (x *Executor) now() time.Time { return x.Now().UTC().Truncate(time.Second) }

func (x *Executor) plan(ch *keyplan.Channel) *keyplan.Plan { return x.Ledger.Plan(ch.ID) }
