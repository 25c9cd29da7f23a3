package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A resolver finds the entries of one content ID's period indexes, as of one instant.
type resolver struct {
	*Handler
	ch        Channel
	contentID string
	now       time.Time
}

// patience bounds how long one request waits for the store. A packager that gets no answer
// is worse off than one that is told to try again.
const patience = 3 * time.Second

// entries finds the entry of each index, in order. What ties the indexes to time, and that
// an index got its entry, is kept before it is answered; if one of them cannot be served,
// neither is.
func (r resolver) entries(ctx context.Context, indexes []uint32) ([]*keyplan.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		binding := r.binding(indexes)
		found, err := r.find(ctx, binding, indexes)
		if err != nil {
			return nil, err
		}
		kept, err := r.keepBinding(ctx, binding)
		if err != nil {
			return nil, err
		}
		if kept {
			return r.keepServed(ctx, indexes, found)
		}
	}
}

// find gives the entry of each index. One that was served before keeps its entry; for the
// others the binding tells the instant, and the plan is extended to reach it.
func (r resolver) find(ctx context.Context, b keyplan.Binding, indexes []uint32) ([]*keyplan.Entry, error) {
	found := make([]*keyplan.Entry, len(indexes))
	for i, index := range indexes {
		var err error
		if found[i], err = r.at(ctx, r.instant(b, index)); err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return found, nil
}

// instant is one in the entry of an index: its start, if the index was served before, else
// the middle of the packager's period.
func (r resolver) instant(b keyplan.Binding, index uint32) time.Time {
	if served, ok := r.ledger.Plan(r.ch.ID).Served(r.contentID, index); ok {
		return served.Start
	}
	return b.Middle(index, r.now)
}

// at finds the entry that contains t, after extending the plan if it does not reach t.
func (r resolver) at(ctx context.Context, t time.Time) (*keyplan.Entry, error) {
	plan := r.ledger.Plan(r.ch.ID)
	if plan.Empty() || !t.Before(plan.End()) {
		var err error
		plan, err = r.ledger.Settle(ctx, r.ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return r.planner.Through(ctx, r.ch.Channel, p, r.now, t)
		})
		if errors.Is(err, keyplan.ErrTooFarAhead) {
			return nil, fmt.Errorf("%w: %w", errPeriod, err)
		}
		if err != nil {
			return nil, err
		}
	}
	return servable(plan, r.ch.Policy, t, r.now)
}

// servable is the entry that contains t, unless it is unknown or its keep is over.
func servable(plan *keyplan.Plan, pol *keyplan.Policy, t, now time.Time) (*keyplan.Entry, error) {
	e, ok := plan.At(t)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: nothing is planned at %s", errPeriod, t.Format(time.RFC3339))
	case !pol.Servable(e.End, now):
		return nil, fmt.Errorf("%w: its keep is over", errPeriod)
	}
	return e, nil
}

// keepServed makes a record of each index that has none yet, and returns the entries as
// the store has them. If the store cannot be reached, the entries stand, since the plan is
// settled, and the records are made later.
func (r resolver) keepServed(ctx context.Context, indexes []uint32, found []*keyplan.Entry) ([]*keyplan.Entry, error) {
	plan := r.ledger.Plan(r.ch.ID)
	var lacking []keyplan.Record
	for i, index := range indexes {
		if _, ok := plan.Served(r.contentID, index); !ok {
			lacking = append(lacking, keyplan.Served{ContentID: r.contentID, Index: index, Start: found[i].Start}.Record())
		}
	}
	if len(lacking) == 0 {
		return found, nil
	}
	if _, err := r.ledger.Create(ctx, r.ch.ID, lacking...); err != nil {
		r.log.Warn("served without a record: store unavailable", "channel", r.ch.ID, "err", err)
		r.recorder.later(r.ch.ID, lacking...)
		return found, nil
	}
	kept, err := r.asKept(ctx, indexes)
	for i, e := range kept {
		if _, before := plan.Served(r.contentID, indexes[i]); !before {
			r.log.Info("period served", "channel", r.ch.ID, "period", e.Start, "contentId", r.contentID, "index", indexes[i])
		}
	}
	return kept, err
}

// asKept finds the entries that the store has for indexes, which may be others than those
// found here if another replica was first, and judges again whether they may be served.
func (r resolver) asKept(ctx context.Context, indexes []uint32) ([]*keyplan.Entry, error) {
	r.now = r.clock()
	plan := r.ledger.Plan(r.ch.ID)
	kept := make([]*keyplan.Entry, len(indexes))
	for i, index := range indexes {
		served, ok := plan.Served(r.contentID, index)
		if !ok {
			return nil, fmt.Errorf("served index %d is not in the plan", index)
		}
		var err error
		if kept[i], err = r.at(ctx, served.Start); err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return kept, nil
}
