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
	coming, start := p.countAfter(now), p.end
	if !start.After(now) {
		start = ch.Policy.Calendar.Next(now)
	}
	for ; !start.After(t); start = ch.Policy.Calendar.Next(start) {
		if coming++; coming > ch.Policy.MaxAhead {
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
	return coming >= g.periods && end.After(g.past)
}

// grow drafts periods at the end of p until g is reached, or a batch is full. What a plan
// needs before is drafted alone: its beginning, and before a new beginning the end of the
// old one. Each next period begins where the last one ends, even if that is no boundary or
// before the policy's From, since a changed policy goes on where the plan ends.
func (pl Planner) grow(ctx context.Context, ch *Channel, p *Plan, g goal) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	if rec, lacking := beginning(ch.Policy, p, g.now); lacking {
		return []Record{rec}, nil
	}
	var recs []Record
	coming := p.countAfter(g.now)
	for start := p.end; len(recs) < batch && !g.reached(coming, start); {
		period := Period{Start: start, End: ch.Policy.Calendar.Next(start)}
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

// beginning is what a plan lacks before its next period can be drafted.
func beginning(pol *Policy, p *Plan, now time.Time) (rec Record, lacking bool) {
	first := begin(pol, p, now)
	switch {
	case p.Empty() || p.closed:
		return first.Record(), true
	case p.end.Before(now.Add(-pol.Keep)) && first.Start.After(p.end):
		return Closed{Start: p.end}.Record(), true
	}
	return Record{}, false
}

// begin is the start of a new plan: far enough back for players that are behind live and
// for packagers that ask late. It is never before the end of an older plan, and after it
// where that was closed, since the name of a period that begins there is taken.
func begin(pol *Policy, p *Plan, now time.Time) First {
	back := now.Add(-max(pol.DVR, 2*pol.PackagerInterval))
	start := pol.Calendar.Next(back)
	if period, ok := pol.Calendar.Containing(back); ok {
		start = period.Start
	}
	earliest := p.end
	if p.closed {
		earliest = p.end.Add(time.Second)
	}
	return First{N: p.newest.N + 1, Start: latest(start, earliest)}
}

// countAfter counts the planned periods that begin after now.
func (p *Plan) countAfter(now time.Time) int { return len(p.entries) - p.after(now) }
