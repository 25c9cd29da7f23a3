package keyplan

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrTooFarBack says that a period lies before what may be planned.
var ErrTooFarBack = errors.New("beyond backfill")

// Before drafts what is lacking until the plan reaches back to t: the periods of the
// calendar that lie between t and the first entry after it. It fails with ErrTooFarBack, and
// drafts nothing, if t is longer ago than backfill, before the calendar begins, or where
// something was planned or purged that is there no more. A plan that has not begun is begun.
//
// Each is kept under its end, where the next one begins, so that of two replicas with
// different calendars one loses and no period ever overlaps another.
func (pl Planner) Before(ctx context.Context, ch *Channel, p *Plan, now, t time.Time) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	if p.Empty() {
		return []Record{begin(ch.Policy, p, now, p.end).Record()}, nil
	}
	if _, planned := p.At(t); planned || !t.Before(p.end) {
		return nil, nil
	}
	floor, end := p.gap(t)
	_, scheduled := ch.Policy.Calendar.Containing(t)
	if !scheduled || t.Before(floor) || t.Before(now.Add(-ch.Policy.Backfill)) {
		return nil, fmt.Errorf("period at %s: %w", stamp(t), ErrTooFarBack)
	}
	return pl.shrink(ctx, ch, p, t, floor, end)
}

// gap is the span without entries that contains t.
func (p *Plan) gap(t time.Time) (from, to time.Time) {
	i := p.after(t)
	from, to = p.gone.End, p.end
	if i > 0 {
		from = latest(from, p.entries[i-1].End)
	}
	if i < len(p.entries) {
		to = p.entries[i].Start
	}
	return from, to
}

// shrink drafts periods from the end of a gap backwards until t is planned, or a batch is
// full.
func (pl Planner) shrink(ctx context.Context, ch *Channel, p *Plan, t, floor, end time.Time) ([]Record, error) {
	var recs []Record
	for t.Before(end) && len(recs) < batch {
		period, _ := ch.Policy.Calendar.Containing(end.Add(-1))
		e, err := pl.entry(ctx, ch, p, Period{Start: latest(period.Start, floor), End: end})
		if err != nil {
			return nil, err
		}
		e.Back = true
		recs = append(recs, e.Record())
		end = e.Start
	}
	return recs, nil
}
