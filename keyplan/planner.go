package keyplan

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Planner drafts the records that a plan still lacks. It writes nothing: whoever calls
// it creates the records, and what the store then holds is the plan.
type Planner struct {
	Source KeySource
	Sealer Sealer
}

// A Draft says which records a plan still lacks. It is asked again once they are kept.
type Draft func(*Plan) ([]Record, error)

// ErrTooFarAhead says that a period lies beyond what a request may have planned.
var ErrTooFarAhead = errors.New("beyond max_ahead")

// maxPlanned bounds how many periods are planned past now.
const maxPlanned = 10_000

// lastBoundary is where planning ends: RFC 3339 has no later year.
var lastBoundary = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// batch bounds the periods of one draft, and so the size of one Create.
const batch = 64

// Ahead drafts what is lacking for the policy's ahead and ahead_for, and so that the next
// period to be announced is planned; before that, the keys that planned periods lack. No
// records mean that nothing is lacking; otherwise it is to be asked again once these are
// kept.
func (pl Planner) Ahead(ctx context.Context, ch *Channel, p *Plan, now time.Time) ([]Record, error) {
	if recs, err := pl.complete(ctx, ch, p, now); err != nil || len(recs) > 0 {
		return recs, err
	}
	far := max(ch.Policy.AheadFor, ch.Policy.Lead+p.Slack(ch.Policy))
	return pl.grow(ctx, ch, p, goal{now: now, periods: ch.Policy.Ahead, past: now.Add(far)})
}

// Through drafts what is lacking until the plan reaches past t. It fails with
// ErrTooFarAhead, and drafts nothing, if that takes more than max_ahead periods that
// begin after now.
func (pl Planner) Through(ctx context.Context, ch *Channel, p *Plan, now, t time.Time) ([]Record, error) {
	coming, start, next := p.countAfter(now), p.end, p.boundaries(ch.Policy)
	if !start.After(now) {
		start = next(now)
	}
	for ; !start.After(t); start = next(start) {
		if coming++; coming > ch.Policy.MaxAhead || !start.Before(lastBoundary) {
			return nil, fmt.Errorf("period at %s: %w", stamp(t), ErrTooFarAhead)
		}
	}
	return pl.grow(ctx, ch, p, goal{now: now, past: t})
}

// A goal is how far a plan is to reach: so many periods that begin after now, and an end
// later than past.
type goal struct {
	now     time.Time
	periods int
	past    time.Time
}

func (g goal) reached(coming int, end time.Time) bool {
	return coming >= g.periods && end.After(g.past) || coming >= maxPlanned
}

// grow drafts periods at the end of p until g is reached, or a batch is full. What a plan
// needs before is drafted alone: its beginning, and before a new beginning the end of the
// old one.
func (pl Planner) grow(ctx context.Context, ch *Channel, p *Plan, g goal) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	if rec, lacking := beginning(ch.Policy, p, g.now); lacking {
		return []Record{rec}, nil
	}
	var recs []Record
	coming, next := p.countAfter(g.now), p.boundaries(ch.Policy)
	for start := p.end; len(recs) < batch && !g.reached(coming, start); {
		period := Period{Start: start, End: next(start)}
		if period.End.After(lastBoundary) {
			break
		}
		e, err := pl.entry(ctx, ch, p, period)
		if err != nil {
			return nil, err
		}
		recs = append(recs, e.Record())
		if start.After(g.now) {
			coming++
		}
		start = period.End
	}
	return recs, nil
}

// boundaries says where the next period after t begins. It begins where the last one ends,
// even if that is no boundary, since a changed policy goes on where the plan ends; for the
// same reason the policy's From counts only before the plan has begun. A plan that comes to
// an older beginning which lies ahead of it has a boundary there and so joins it.
func (p *Plan) boundaries(pol *Policy) func(t time.Time) time.Time {
	if p.Empty() {
		return pol.Calendar.Next
	}
	return func(t time.Time) time.Time {
		next := pol.Calendar.rhythm.next(t)
		for _, f := range p.firsts {
			if f.Start.After(t) {
				next = earliest(next, f.Start)
			}
		}
		return next
	}
}

// countAfter counts the periods of the plan, up to its end, that begin after now.
func (p *Plan) countAfter(now time.Time) int {
	return max(0, p.after(p.end.Add(-1))-p.after(now))
}
