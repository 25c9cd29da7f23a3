package ledger

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Replica follows a store: it holds the plan and the feed of each channel in memory, so
// that planned periods are answered without touching the store, and it takes every
// decision through it. Several replicas may follow one store.
//
// It is safe for concurrent use.
type Replica struct {
	store Store
	log   *slog.Logger

	mu       sync.RWMutex // guards channels, not what it points to
	channels map[string]*follower
	unknown  *follower // of every channel that nothing was read or kept of

	decisions *decisions
}

// A Config for a Replica.
type Config struct {
	Store Store
	// Log is told of records that cannot be read. Nil means slog.Default.
	Log *slog.Logger
}

// NewReplica knows no channel until Load.
func NewReplica(c Config) *Replica {
	log := c.Log
	if log == nil {
		log = slog.Default()
	}
	return &Replica{store: c.Store, log: log, channels: map[string]*follower{}, unknown: newFollower(), decisions: newDecisions()}
}

// Load reads every record of a channel, and from then on CatchUp follows it. It may be
// called again at any time.
func (r *Replica) Load(ctx context.Context, channel string) error {
	// What is decided while the records are read is read again by CatchUp: hence this order.
	r.decisions.begin(channel)
	if _, begun := r.decisions.position(); !begun {
		if err := r.CatchUp(ctx); err != nil {
			return fmt.Errorf("load channel %s: %w", channel, err)
		}
	}
	return r.load(ctx, channel)
}

func (r *Replica) load(ctx context.Context, channel string) error {
	recs, err := from(ctx, r.store, channel, "")
	if err != nil {
		return fmt.Errorf("load channel %s: %w", channel, err)
	}
	f := r.follower(channel)
	f.merge(recs)
	f.loaded.Store(true)
	if unknown := f.view().plan.Unknown(); unknown != nil {
		r.log.Error("channel is not planned: unknown records", "channel", channel, "err", unknown)
	}
	return nil
}

// Loaded reports whether a channel was loaded: until then its plan may be a part of what it is.
func (r *Replica) Loaded(channel string) bool { return r.known(channel).loaded.Load() }

// Plan is the channel's plan as far as this replica knows; it is empty before Load.
func (r *Replica) Plan(channel string) *keyplan.Plan { return r.known(channel).view().plan }

// Feed is the channel's events as far as this replica knows, by sequence number. The slice
// is not to be changed.
func (r *Replica) Feed(channel string) []keyplan.Event { return r.known(channel).view().feed }

// Changed gives a channel that is closed at the next change of the plan's entries or keys,
// or of the feed; not when packagers ask, though the plan is another then.
func (r *Replica) Changed(channel string) <-chan struct{} { return r.follower(channel).view().changed }

// Create keeps records and returns what the store holds under their names, which is then
// part of the plan or feed.
func (r *Replica) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	stored, err := r.store.Create(ctx, channel, recs...)
	if err != nil {
		return nil, fmt.Errorf("create %d records of channel %s: %w", len(recs), channel, err)
	}
	r.follower(channel).merge(stored)
	return stored, nil
}

// Delete removes records from the store and then from the plan and feed.
func (r *Replica) Delete(ctx context.Context, channel string, names ...string) error {
	if err := r.store.Delete(ctx, channel, names...); err != nil {
		return fmt.Errorf("delete %d records of channel %s: %w", len(names), channel, err)
	}
	r.follower(channel).remove(names)
	r.decisions.forget(channel, names)
	return nil
}

// Settle asks draft what the plan lacks, creates it, and asks again until nothing is
// lacking. Racing replicas settle on the same plan, since the store decides. If it fails,
// what was created by then is part of the plan that it returns.
func (r *Replica) Settle(ctx context.Context, channel string, draft keyplan.Draft) (*keyplan.Plan, error) {
	for {
		plan := r.Plan(channel)
		recs, err := draft(plan)
		if err != nil || len(recs) == 0 {
			return plan, err
		}
		if _, err := r.Create(ctx, channel, recs...); err != nil {
			return plan, err
		}
	}
}

// Append puts an event at the end of the feed, unless one with its ID is there already,
// and returns it as it stands. It passes over a sequence number whose record cannot be read.
func (r *Replica) Append(ctx context.Context, channel string, e keyplan.Event) (keyplan.Event, error) {
	for tried := uint64(0); ; tried = e.Seq {
		feed := r.Feed(channel)
		if known, ok := find(feed, e.ID); ok {
			return known, nil
		}
		e.Seq = max(next(feed), tried+1)
		if _, err := r.Create(ctx, channel, e.Record()); err != nil {
			return keyplan.Event{}, err
		}
	}
}

// known finds what is known of a channel, and keeps nothing of who only looks: IDs are what
// packagers send.
func (r *Replica) known(channel string) *follower {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if f, ok := r.channels[channel]; ok {
		return f
	}
	return r.unknown
}

func (r *Replica) follower(channel string) *follower {
	if f := r.known(channel); f != r.unknown {
		return f
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f, ok := r.channels[channel]; ok {
		return f
	}
	f := newFollower()
	r.channels[channel] = f
	return f
}

// page is how many records are listed at once.
const page = 1000

// from lists the records of a channel from a name on.
func from(ctx context.Context, store Store, channel, name string) ([]keyplan.Record, error) {
	var recs []keyplan.Record
	for {
		some, err := store.List(ctx, channel, name, "", page)
		if err != nil {
			return nil, err
		}
		recs = append(recs, some...)
		if len(some) < page {
			return recs, nil
		}
		name = some[page-1].Name + "\x00"
	}
}
