package speke

import (
	"context"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// keepServed makes a record of each span that has none yet, and returns the entries, with the
// keys that every packager gets, as the store has them. If the store cannot be reached, the
// entries stand, since the plan is settled, and the records are made later.
func (r resolver) keepServed(ctx context.Context, b keyplan.Binding, spans []span, found []*keyplan.Entry) ([]*keyplan.Entry, error) {
	plan := r.plan()
	var lacking []keyplan.Record
	for i, s := range spans {
		if _, ok := s.served(plan, r.contentID); !ok {
			lacking = append(lacking, s.record(r, b, found[i].Start))
		}
	}
	if len(lacking) == 0 {
		return r.issue(ctx, found), nil
	}
	lacking = append(lacking, unissued(plan, found)...)
	if _, err := r.ledger.Create(ctx, r.ch.ID, lacking...); err != nil {
		r.log.Warn("served without a record: store unavailable", "channel", r.ch.ID, "err", err)
		r.recorder.later(r.ch.ID, lacking...)
		return found, nil
	}
	kept, err := r.asKept(ctx, spans)
	if err != nil {
		return nil, err
	}
	for i, e := range kept {
		if _, before := spans[i].served(plan, r.contentID); !before {
			r.log.Info("period served", "channel", r.ch.ID, "period", e.Start, "contentId", r.contentID, "span", spans[i])
		}
	}
	return r.issue(ctx, kept), nil
}

// asKept finds the entries that the store has for spans, which may be others than those
// found here if another replica was first, and judges again whether they may be served.
func (r resolver) asKept(ctx context.Context, spans []span) ([]*keyplan.Entry, error) {
	r.now = r.clock()
	plan := r.plan()
	kept := make([]*keyplan.Entry, len(spans))
	for i, s := range spans {
		start, ok := s.served(plan, r.contentID)
		if !ok {
			return nil, fmt.Errorf("served span %v is not in the plan", s)
		}
		var err error
		if kept[i], err = r.at(ctx, start); err != nil {
			return nil, atPeriod(i, err)
		}
	}
	return kept, nil
}
