package keyplan

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// A Split adds a boundary by command: the period that contains Start ends there, and a new
// one, with keys of its own, runs from Start to the old end. Where a period begins at Start
// anyway it changes nothing.
type Split struct {
	Start time.Time `json:"start"`
	// Policy is the Hash of the policy that it was made under.
	Policy string       `json:"policy"`
	Keys   []ContentKey `json:"keys"`
	Audit
}

// Record is split/<start>.
func (s Split) Record() Record { return encode("split/"+stamp(s.Start), "split", s) }

func (s Split) sound() bool { return whole(s.Start, s.At) }

// entry is the period that s begins and that ends at end.
func (s Split) entry(end time.Time) Entry {
	return Entry{Period: Period{s.Start, end}, Policy: s.Policy, Keys: s.Keys, Split: true}
}

// cut gives the periods that splits make of a planned one, each with its keys.
func (p *Plan) cut(e Entry) []*Entry {
	first, _ := slices.BinarySearchFunc(p.splits, e.Start.Add(1), bySplit)
	last, _ := slices.BinarySearchFunc(p.splits, e.End, bySplit)
	pieces, end := make([]*Entry, 0, last-first+1), e.End
	for _, s := range p.splits[first:last] {
		e.End = s.Start
		pieces = append(pieces, p.completed(e))
		e = s.entry(end)
	}
	return append(pieces, p.completed(e))
}

func bySplit(s Split, t time.Time) int { return s.Start.Compare(t) }

// Split finds the Split at which e begins, an entry of p.
func (p *Plan) Split(e *Entry) (Split, bool) {
	i, ok := slices.BinarySearchFunc(p.splits, e.Start, bySplit)
	if !ok || !e.Split {
		return Split{}, false
	}
	return p.splits[i], true
}

// original is e as it was planned: without the keys that came later.
func (p *Plan) original(e *Entry) Entry {
	if s, ok := p.Split(e); ok {
		return s.entry(e.End)
	}
	planned, _ := p.fact(e.name()).(Entry)
	planned.End = e.End
	return planned
}

// uncut is the period that e is, or that it was split off.
func (p *Plan) uncut(e *Entry) Period {
	i := p.after(e.Start) - 1
	for p.entries[i].Split {
		i--
	}
	period := p.entries[i].Period
	if planned, ok := p.fact(p.entries[i].name()).(Entry); ok {
		period.End = planned.End
	}
	return period
}

// isCut reports whether e ends earlier than it was planned to.
func (p *Plan) isCut(e *Entry) bool {
	i := p.after(e.Start)
	return i < len(p.entries) && p.entries[i].Split
}

// Split drafts the keys of a new period from t to the end of the one that contains it. It
// drafts nothing where one begins at t already, or will where the plan ends.
func (pl Planner) Split(ctx context.Context, ch *Channel, p *Plan, t time.Time, why Audit) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	e, ok := p.At(t)
	switch {
	case ok && e.Start.Equal(t), t.Equal(p.end):
		return nil, nil
	case !ok:
		return nil, fmt.Errorf("split at %s: nothing is planned there", stamp(t))
	}
	made, err := pl.entry(ctx, ch, p, Period{t, e.End})
	if err != nil {
		return nil, err
	}
	return []Record{Split{Start: t, Policy: made.Policy, Keys: made.Keys, Audit: why}.Record()}, nil
}
