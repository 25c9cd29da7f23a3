package speke

import (
	"context"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A span is a key period as a packager names it: by a number, or by when it begins and ends.
type span interface {
	// served is the start of the entry that the span got, if it was served before.
	served(p *keyplan.Plan, contentID string) (start time.Time, ok bool)
	// entry finds the entry of a span that was not served before.
	entry(ctx context.Context, r resolver, b keyplan.Binding) (*keyplan.Entry, error)
	// record says that the span got the entry that begins at start, by the binding b.
	record(r resolver, b keyplan.Binding, start time.Time) keyplan.Record
}

// spans are the contract's periods, in order. SPEKE 1.0 and 2.0 count them; from 2.1 on they
// may have start and end, which win over the number.
func (c *contract) spans() ([]span, error) {
	spans := make([]span, len(c.periods))
	for i, period := range c.periods {
		p := c.doc.Periods[period]
		s, ok := c.span(p)
		if !ok {
			return nil, unsupportedPeriod(p)
		}
		spans[i] = s
	}
	return spans, nil
}

func (c *contract) span(p *cpix.ContentKeyPeriod) (span, bool) {
	number, numbered := p.Number()
	timed := p.Start.Present || p.End.Present
	switch {
	case p.StartOffset.Present, p.EndOffset.Present, p.Index.Present && !numbered, timed && c.version != speke21:
		return nil, false
	case timed:
		from, to, ok := p.Span()
		return clocked{from, to}, ok
	}
	return counted(number), numbered
}

// A counted span is the packager's period of this index.
type counted uint32

func (c counted) served(p *keyplan.Plan, contentID string) (time.Time, bool) {
	s, ok := p.Served(contentID, uint32(c))
	return s.Start, ok
}

// entry is the one in the middle of the packager's period.
func (c counted) entry(ctx context.Context, r resolver, b keyplan.Binding) (*keyplan.Entry, error) {
	return r.at(ctx, c.binding(r, b).Middle(uint32(c), r.now))
}

func (c counted) record(r resolver, b keyplan.Binding, start time.Time) keyplan.Record {
	return keyplan.Served{ContentID: r.contentID, Index: uint32(c), N: c.binding(r, b).N, Start: start}.Record()
}

// binding is the one by which the index counts: b, which may not be kept yet, unless that
// begins after it.
func (c counted) binding(r resolver, b keyplan.Binding) keyplan.Binding {
	if before, ok := r.plan().BindingFor(r.contentID, uint32(c)); ok && !b.Holds(uint32(c)) {
		return before
	}
	return b
}

// A clocked span is the half-open one between two instants.
type clocked struct{ from, to time.Time }

func (c clocked) served(p *keyplan.Plan, contentID string) (time.Time, bool) {
	s, ok := p.ServedSpan(contentID, c.from, c.to)
	return s.Start, ok
}

// entry is the one that the span overlaps most. All of the span must be planned: replicas
// that know less would find another one.
func (c clocked) entry(ctx context.Context, r resolver, _ keyplan.Binding) (*keyplan.Entry, error) {
	for _, end := range []time.Time{c.to.Add(-1), c.from} {
		if _, err := r.planned(ctx, end); err != nil {
			return nil, err
		}
	}
	e, ok := r.plan().MostOverlapped(c.from, c.to)
	if !ok {
		return nil, fmt.Errorf("%w: nothing is planned from %s to %s", ErrPeriod, stamp(c.from), stamp(c.to))
	}
	return r.servable(e)
}

func (c clocked) record(r resolver, _ keyplan.Binding, start time.Time) keyplan.Record {
	return keyplan.NewServedSpan(r.contentID, c.from, c.to, start).Record()
}

func (c clocked) String() string { return stamp(c.from) + "/" + stamp(c.to) }

// stamp writes an instant in logs and errors.
func stamp(t time.Time) string { return t.Format(time.RFC3339) }
