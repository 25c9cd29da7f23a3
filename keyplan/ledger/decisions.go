package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/keyrotor/keyrotor/keyplan"
)

// How many decisions the store-wide feed keeps, at least, and how many more before those that
// are older are purged. A replica that missed more reads all of its channels again.
const (
	keptDecisions  = 4096
	purgeDecisions = 1024
)

// decisions is where a replica stands in the store-wide feed.
type decisions struct {
	// turn is held by who appends: those of one replica do not race for sequence numbers.
	turn chan struct{}

	mu     sync.Mutex // guards what follows
	begun  bool
	last   uint64          // all up to it are part of the plans
	in     map[string]bool // records that the feed is known to name
	follow map[string]bool // the channels that were loaded
}

func newDecisions() *decisions {
	return &decisions{turn: make(chan struct{}, 1), in: map[string]bool{}, follow: map[string]bool{}}
}

// Decide keeps records that every replica must know soon, and then names them in the
// store-wide feed. It returns what the store holds under their names once both are kept. If
// it fails, either may be; calling again is harmless.
func (r *Replica) Decide(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	stored, err := r.Create(ctx, channel, recs...)
	if err != nil {
		return nil, err
	}
	if err := r.spread(ctx, channel, recs); err != nil {
		return nil, fmt.Errorf("spread %d decisions of channel %s: %w", len(recs), channel, err)
	}
	return stored, nil
}

// CatchUp makes the decisions that other replicas have made since it was last called part of
// the plans of the channels that were loaded. It costs one List where there are none.
func (r *Replica) CatchUp(ctx context.Context) error {
	if _, err := r.catchUp(ctx); err != nil {
		return fmt.Errorf("catch up with the decisions of other replicas: %w", err)
	}
	return nil
}

// spread puts a decision at the end of the store-wide feed, unless the feed has it.
func (r *Replica) spread(ctx context.Context, channel string, recs []keyplan.Record) error {
	select {
	case r.decisions.turn <- struct{}{}:
		defer func() { <-r.decisions.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for d := newDecision(channel, recs); !r.decisions.name(d); {
		if _, err := r.catchUp(ctx); err != nil {
			return err
		}
		d.Seq = r.decisions.next()
		if err := r.place(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// place tries to keep d under its number. If that is another's by now, or was purged and so
// is read by nobody any more, d is not noted.
func (r *Replica) place(ctx context.Context, d decision) error {
	stored, err := r.store.Create(ctx, DecisionsChannel, d.record())
	if err != nil {
		return err
	}
	purged, err := r.catchUp(ctx)
	if err != nil {
		return err
	}
	if kept, ok := readDecision(stored[0]); ok && kept.says(d) && purged < d.Seq {
		r.decisions.note(d)
		r.forget(ctx, d.Seq)
	}
	return nil
}

// forget purges the oldest decisions, each time that so many were added. What fails is made
// up for the next time.
func (r *Replica) forget(ctx context.Context, seq uint64) {
	if seq%purgeDecisions != 0 || seq <= keptDecisions {
		return
	}
	until := seq - keptDecisions
	_, err := r.store.Create(ctx, DecisionsChannel, forgotten{V: 1, Kind: "forgotten", Seq: until}.record())
	if err == nil {
		err = r.deleteBetween(ctx, decisionPrefix, decisionName(until+1))
	}
	if err == nil {
		err = r.deleteBetween(ctx, forgottenPrefix, forgottenName(until))
	}
	if err != nil {
		r.log.Warn("old decisions are not purged yet", "err", err)
	}
}

func (r *Replica) deleteBetween(ctx context.Context, from, to string) error {
	for {
		old, err := r.store.List(ctx, DecisionsChannel, from, to, page)
		if err != nil || len(old) == 0 {
			return err
		}
		if err := r.store.Delete(ctx, DecisionsChannel, names(old)...); err != nil {
			return err
		}
	}
}

func names(recs []keyplan.Record) []string {
	all := make([]string, len(recs))
	for i, r := range recs {
		all[i] = r.Name
	}
	return all
}

// catchUp reads on in the store-wide feed, and gives up to where it was purged. Where a hole
// or a decision that cannot be read shows that anything may have been missed, all channels
// are read.
func (r *Replica) catchUp(ctx context.Context) (purged uint64, err error) {
	last, begun := r.decisions.position()
	recs, err := from(ctx, r.store, DecisionsChannel, decisionName(last+1))
	if err != nil {
		return 0, err
	}
	n := readNews(recs, last)
	if begun {
		err = r.take(ctx, n)
	}
	if err == nil {
		r.decisions.reach(n.last)
	}
	return n.purged, err
}

// take makes news part of the plans.
func (r *Replica) take(ctx context.Context, n news) error {
	if n.missed {
		r.log.Warn("decisions of other replicas missed: every channel is read again")
		for _, channel := range r.decisions.following() {
			if err := r.load(ctx, channel); err != nil {
				return err
			}
		}
		return nil
	}
	for _, channel := range slices.Sorted(maps.Keys(n.names)) {
		if !r.decisions.follows(channel) {
			continue // it is read whole when it is loaded
		}
		recs, err := r.store.Get(ctx, channel, n.names[channel]...)
		if err != nil {
			return err
		}
		r.follower(channel).merge(recs)
	}
	return nil
}
