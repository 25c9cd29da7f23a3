package speke

import (
	"context"

	"github.com/keyrotor/keyrotor/keyplan"
)

// issue settles that the keys of entries are those that every packager gets, and gives the
// entries with the keys that were settled: some may have been renewed meanwhile. If the store
// cannot be reached, the keys that are known stand, and that is settled later.
func (r resolver) issue(ctx context.Context, entries []*keyplan.Entry) []*keyplan.Entry {
	for {
		plan := r.plan()
		entries = renewed(plan, entries)
		lacking := unissued(plan, entries)
		if len(lacking) == 0 {
			return entries
		}
		if _, err := r.ledger.Create(ctx, r.ch.ID, lacking...); err != nil {
			r.log.Warn("keys given without a record: store unavailable", "channel", r.ch.ID, "err", err)
			r.recorder.later(r.ch.ID, lacking...)
			return entries
		}
	}
}

// unissued are the records that a plan lacks before keys of entries are given to packagers.
func unissued(plan *keyplan.Plan, entries []*keyplan.Entry) []keyplan.Record {
	var lacking []keyplan.Record
	for i, e := range entries {
		if (i == 0 || entries[i-1] != e) && !plan.Issued(e) {
			lacking = append(lacking, e.Issue().Record())
		}
	}
	return lacking
}

// renewed gives entries as a plan has them.
func renewed(plan *keyplan.Plan, entries []*keyplan.Entry) []*keyplan.Entry {
	now := make([]*keyplan.Entry, len(entries))
	for i, e := range entries {
		now[i] = e
		if planned, ok := plan.Starting(e.Start); ok {
			now[i] = planned
		}
	}
	return now
}
