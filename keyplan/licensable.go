package keyplan

import (
	"slices"
	"time"
)

// A Licensable is an entry as it is on air, with the IVs that packagers brought, and the
// span in which its keys may be on air. That is wider than its period: packagers switch
// early or late, and keep their last key when they cannot reach us.
type Licensable struct {
	*Entry
	From, Until time.Time
}

// Overlaps reports whether the keys may be on air at some instant in [from, to]. Static ones
// always may.
func (l Licensable) Overlaps(from, to time.Time) bool {
	return l.Static() || !l.From.After(to) && !l.Until.Before(from)
}

// Slack is how far a packager's switch may be from a period's Start. It is nothing where
// packagers count their periods as the policy does, half a packager_interval where their
// periods are others, and one more where a binding was anchored to the first index asked,
// which may have been that of a neighbour.
func (p *Plan) Slack(pol *Policy) time.Duration {
	var slack time.Duration
	if pol.Every != pol.PackagerInterval {
		slack = pol.PackagerInterval / 2
	}
	for _, b := range p.bindings {
		slack = max(slack, b.slack(pol))
	}
	return slack
}

// slack is that of one content ID, whose interval is another than the policy's if that has
// changed since.
func (b Binding) slack(pol *Policy) time.Duration {
	interval := max(b.Interval, pol.PackagerInterval)
	switch {
	case b.Kind == BoundAnchored:
		return interval/2 + interval
	case b.Kind == BoundUnix && b.Interval == pol.Every:
		return 0
	}
	return interval / 2
}

// Licensable gives every planned entry, by Start, with its licensable span at now:
// [Start − slack, End + slack + grace], or longer where packagers were seen asking for it
// late, or are overdue; never longer than keep. The StaticEntry comes before them, if it has
// keys, with no span.
func (p *Plan) Licensable(pol *Policy, now time.Time) []Licensable {
	slack := p.Slack(pol)
	spans := make([]Licensable, len(p.entries))
	for i, e := range p.entries {
		spans[i] = Licensable{Entry: p.onAir(e), From: e.Start.Add(-slack), Until: e.End.Add(slack + pol.Grace)}
	}
	for _, seen := range p.seen {
		stretchLate(spans, seen, pol)
		stretchOverdue(spans, seen, pol, now)
	}
	for i, l := range spans {
		if end := l.End.Add(pol.Keep); l.Until.After(end) {
			spans[i].Until = end
		}
	}
	if len(p.static.Keys) > 0 {
		return slices.Insert(spans, 0, Licensable{Entry: p.onAir(p.static)})
	}
	return spans
}

// AnnounceAt is when the period of e is announced and enters tokens.
func (p *Plan) AnnounceAt(pol *Policy, e *Entry) time.Time {
	return e.Start.Add(-p.Slack(pol) - pol.Lead)
}

// stretchLate prolongs the span of each entry that was asked for after its Start to that
// ask + 2·packager_interval + grace. Of an ask only the packager_interval in which it came
// is known, so its end counts, by the policy of today, which may have changed: hence never
// less than the first ask in it. An ask before the Start (prefetching) adds nothing.
func stretchLate(spans []Licensable, seen []Seen, pol *Policy) {
	for _, s := range seen {
		if s.K < 0 {
			continue
		}
		ask := s.Start.Add(time.Duration(s.K+1) * pol.PackagerInterval)
		prolong(spans, s.Start, latest(ask, s.At).Add(2*pol.PackagerInterval+pol.Grace))
	}
}

// stretchOverdue keeps alive the two newest entries that a packager was served and that
// have begun, if it has asked nothing for two packager_intervals though a boundary passed:
// it may be cut off from us and go on with its last key. This ends when it asks again, or
// with keep.
func stretchOverdue(spans []Licensable, seen []Seen, pol *Policy, now time.Time) {
	last := slices.MaxFunc(seen, func(a, b Seen) int { return a.At.Compare(b.At) }).At
	if now.Sub(last) <= 2*pol.PackagerInterval || !boundaryBetween(spans, last, now) {
		return
	}
	starts := begun(seen, now)
	for _, start := range starts[max(len(starts)-2, 0):] {
		prolong(spans, start, now)
	}
}

// begun lists the distinct starts among seen that are not after now, ascending.
func begun(seen []Seen, now time.Time) []time.Time {
	var starts []time.Time
	for _, s := range seen {
		if !s.Start.After(now) {
			starts = append(starts, s.Start)
		}
	}
	slices.SortFunc(starts, time.Time.Compare)
	return slices.CompactFunc(starts, time.Time.Equal)
}

func boundaryBetween(spans []Licensable, after, until time.Time) bool {
	return slices.ContainsFunc(spans, func(l Licensable) bool {
		return l.Start.After(after) && !l.Start.After(until)
	})
}

// prolong stretches the span of the entry that begins at start, if it is there.
func prolong(spans []Licensable, start, until time.Time) {
	i, ok := slices.BinarySearchFunc(spans, start, func(l Licensable, t time.Time) int {
		return l.Start.Compare(t)
	})
	if ok {
		spans[i].Until = latest(spans[i].Until, until)
	}
}
