package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// entries finds the entry of each period index of one content ID, in order. An index that
// was served before keeps its entry; for the others the binding tells the instant, and the
// plan is extended to reach it. That an index got its entry is kept before it is answered.
func (h *Handler) entries(ctx context.Context, ch Channel, contentID string, indexes []uint32, now time.Time) ([]*keyplan.Entry, error) {
	binding, err := h.binding(ctx, ch, contentID, indexes[0], now)
	if err != nil {
		return nil, err
	}
	found := make([]*keyplan.Entry, len(indexes))
	for i, index := range indexes {
		if found[i], err = h.entry(ctx, ch, binding, index, now); err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return h.keepServed(ctx, ch, contentID, indexes, found)
}

// binding is what ties the content ID's indexes to time: the newest record of it, unless
// the configuration says otherwise now; if there is none, one made from the first index.
func (h *Handler) binding(ctx context.Context, ch Channel, contentID string, index uint32, now time.Time) (keyplan.Binding, error) {
	known, ok := h.ledger.Plan(ch.ID).Binding(contentID)
	want := known
	if c, configured := ch.Bindings[contentID]; configured {
		want = c.binding(contentID, ch.Policy.PackagerInterval)
	} else if !ok {
		want = keyplan.Bind(contentID, index, ch.Policy.PackagerInterval, now)
	}
	if want.N = known.N; ok && want == known {
		return known, nil
	}
	want.N++
	if _, err := h.ledger.Create(ctx, ch.ID, want.Record()); err != nil {
		return keyplan.Binding{}, err
	}
	kept, ok := h.ledger.Plan(ch.ID).Binding(contentID)
	if !ok {
		return keyplan.Binding{}, fmt.Errorf("binding of %q is not in the plan", contentID)
	}
	h.log.Info("content ID bound", "channel", ch.ID, "contentId", contentID, "binding", string(kept.Kind), "index", kept.Index, "at", kept.At)
	return kept, nil
}

func (h *Handler) entry(ctx context.Context, ch Channel, b keyplan.Binding, index uint32, now time.Time) (*keyplan.Entry, error) {
	plan := h.ledger.Plan(ch.ID)
	if served, ok := plan.Served(b.ContentID, index); ok {
		return servable(plan, ch.Policy, served.Start, now)
	}
	middle := b.Middle(index, now)
	if plan.Empty() || !middle.Before(plan.End()) {
		var err error
		plan, err = h.ledger.Settle(ctx, ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return h.planner.Through(ctx, ch.Channel, p, now, middle)
		})
		if errors.Is(err, keyplan.ErrTooFarAhead) {
			return nil, fmt.Errorf("%w: %w", errPeriod, err)
		}
		if err != nil {
			return nil, err
		}
	}
	return servable(plan, ch.Policy, middle, now)
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
func (h *Handler) keepServed(ctx context.Context, ch Channel, contentID string, indexes []uint32, found []*keyplan.Entry) ([]*keyplan.Entry, error) {
	plan := h.ledger.Plan(ch.ID)
	var lacking []keyplan.Record
	for i, index := range indexes {
		if _, ok := plan.Served(contentID, index); !ok {
			lacking = append(lacking, keyplan.Served{ContentID: contentID, Index: index, Start: found[i].Start}.Record())
		}
	}
	if len(lacking) == 0 {
		return found, nil
	}
	if _, err := h.ledger.Create(ctx, ch.ID, lacking...); err != nil {
		h.log.Warn("served without a record: store unavailable", "channel", ch.ID, "err", err)
		h.recorder.later(ch.ID, lacking...)
		return found, nil
	}
	for i, index := range indexes {
		h.log.Info("period served", "channel", ch.ID, "period", found[i].Start, "contentId", contentID, "index", index)
	}
	return h.asKept(ch, contentID, indexes)
}

func (h *Handler) asKept(ch Channel, contentID string, indexes []uint32) ([]*keyplan.Entry, error) {
	plan, now := h.ledger.Plan(ch.ID), h.now()
	kept := make([]*keyplan.Entry, len(indexes))
	for i, index := range indexes {
		served, ok := plan.Served(contentID, index)
		if !ok {
			return nil, fmt.Errorf("served index %d is not in the plan", index)
		}
		e, err := servable(plan, ch.Policy, served.Start, now)
		if err != nil {
			return nil, atPeriod(i, err)
		}
		kept[i] = e
	}
	return kept, nil
}
