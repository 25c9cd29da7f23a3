package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A resolver finds the entries of one content ID's key periods, as of one instant.
type resolver struct {
	*Handler
	ch        Channel
	contentID string
	now       time.Time
	// anchor is the index that is in force now if a binding is to be made. Nil means the
	// first one that is asked for.
	anchor *uint32
}

// plan is the channel's, as it is at this moment.
func (r resolver) plan() *keyplan.Plan { return r.ledger.Plan(r.ch.ID) }

// entries finds the entry of each span, in order. What ties indexes to time, and that a span
// got its entry, is kept before it is answered; if one of them cannot be served, neither is.
func (r resolver) entries(ctx context.Context, spans []span) ([]*keyplan.Entry, error) {
	if starts, ok := r.served(spans); ok {
		entries, err := r.again(ctx, starts)
		if err != nil {
			return nil, err
		}
		return r.issue(ctx, entries), nil
	}
	if r.anchor == nil {
		r.anchor = new(r.earliest(spans))
	}
	for {
		binding, needed := r.binding(spans)
		found, err := r.find(ctx, binding, spans)
		if err != nil {
			return nil, err
		}
		kept := true
		if needed {
			kept, err = r.keepBinding(ctx, binding)
		}
		if err != nil {
			return nil, err
		}
		if kept {
			return r.keepServed(ctx, binding, spans, found)
		}
	}
}

// served gives the start of the entry that each span got, if all were served before.
func (r resolver) served(spans []span) ([]time.Time, bool) {
	plan := r.plan()
	starts := make([]time.Time, len(spans))
	for i, s := range spans {
		start, ok := s.served(plan, r.contentID)
		if !ok {
			return nil, false
		}
		starts[i] = start
	}
	return starts, true
}

// again gives the entries that spans got before. It needs nothing but the plan.
func (r resolver) again(ctx context.Context, starts []time.Time) ([]*keyplan.Entry, error) {
	entries := make([]*keyplan.Entry, len(starts))
	for i, start := range starts {
		var err error
		if entries[i], err = r.at(ctx, start); err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return entries, nil
}

// find gives the entry of each span. One that was served before keeps its entry.
func (r resolver) find(ctx context.Context, b keyplan.Binding, spans []span) ([]*keyplan.Entry, error) {
	found := make([]*keyplan.Entry, len(spans))
	for i, s := range spans {
		var err error
		if start, served := s.served(r.plan(), r.contentID); served {
			found[i], err = r.at(ctx, start)
		} else {
			found[i], err = s.entry(ctx, r, b)
		}
		if err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return found, nil
}

// at finds the entry that contains t, if it may be served.
func (r resolver) at(ctx context.Context, t time.Time) (*keyplan.Entry, error) {
	e, err := r.planned(ctx, t)
	if err != nil {
		return nil, err
	}
	return r.servable(e)
}

// planned finds the entry that contains t, after planning it where the policy allows that:
// up to max_ahead after the plan, and up to backfill before it.
func (r resolver) planned(ctx context.Context, t time.Time) (*keyplan.Entry, error) {
	if e, ok := r.plan().At(t); ok {
		return e, nil
	}
	plan, err := r.ledger.Settle(ctx, r.ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		if !p.Empty() && t.Before(p.End()) {
			return r.planner.Before(ctx, r.ch.Channel, p, r.now, t)
		}
		return r.planner.Through(ctx, r.ch.Channel, p, r.now, t)
	})
	if errors.Is(err, keyplan.ErrTooFarAhead) || errors.Is(err, keyplan.ErrTooFarBack) {
		return nil, fmt.Errorf("%w: %w", ErrPeriod, err)
	}
	if err != nil {
		return nil, err
	}
	e, ok := plan.At(t)
	if !ok {
		return nil, fmt.Errorf("%w: nothing is planned at %s", ErrPeriod, stamp(t))
	}
	return e, nil
}

// servable is e unless its keep is over.
func (r resolver) servable(e *keyplan.Entry) (*keyplan.Entry, error) {
	if !r.ch.Policy.Servable(e.End, r.now) {
		return nil, fmt.Errorf("%w: its keep is over", ErrPeriod)
	}
	return e, nil
}
