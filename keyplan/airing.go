package keyplan

import (
	"slices"
	"time"
)

// An Airing is a period of a packager that was served: in it, packagers of the content ID air
// the keys of the entry that begins at Start.
type Airing struct {
	ContentID string
	Period
	Of time.Time
}

// Airings are all that were served, by Start.
func (p *Plan) Airings() []Airing {
	var all []Airing
	for _, ask := range p.asks.all() {
		if a, ok := p.airing(ask); ok {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b Airing) int { return a.Start.Compare(b.Start) })
	return all
}

func (p *Plan) airing(ask Fact) (Airing, bool) {
	switch f := ask.(type) {
	case ServedSpan:
		return Airing{f.ContentID, Period{f.From, f.To}, f.Start}, true
	case Served:
		b, ok := p.fact(bindName(f.ContentID, f.N)).(Binding)
		if !ok {
			b, ok = p.BindingFor(f.ContentID, f.Index) // its own is not kept yet
		}
		if ok {
			return Airing{f.ContentID, b.period(f.Index, f.Start), f.Start}, true
		}
		if e, ok := p.At(f.Start); ok {
			return Airing{f.ContentID, e.Period, f.Start}, true
		}
	}
	return Airing{}, false
}

// period is the packager's period with an index (see Middle).
func (b Binding) period(index uint32, now time.Time) Period {
	start := b.Middle(index, now).Add(-b.Interval / 2)
	return Period{start, start.Add(b.Interval)}
}

// Unserved is the first instant from t on, in whole seconds, that lies in no period which a
// packager was served.
func (p *Plan) Unserved(t time.Time) time.Time {
	t = t.Add(time.Second - 1).Truncate(time.Second)
	for _, a := range p.Airings() {
		if a.Contains(t) {
			t = a.End
		}
	}
	return t
}

// AiredUntil is when the last packager that can reach us stops airing the keys of e: at its
// end, or at that of the last packager's period which was served it or has its middle in it.
func (p *Plan) AiredUntil(e *Entry) time.Time {
	until := e.End
	for _, a := range p.Airings() {
		if a.Of.Equal(e.Start) {
			until = latest(until, a.End)
		}
	}
	for id, b := range p.bindings {
		if on := b.period(b.IndexAt(e.End.Add(-1)), e.End); p.served[id] && on.Start.Add(b.Interval/2).Before(e.End) {
			until = latest(until, on.End)
		}
	}
	return until
}

// Airs is when packagers of a content ID air keys of t or later, from which they are not served
// anything yet. It is false if they never asked, or asked for more than can be counted.
func (p *Plan) Airs(contentID string, t time.Time) (at time.Time, ok bool) {
	if b, bound := p.bindings[contentID]; bound && p.served[contentID] {
		return p.airsCounted(b, t)
	}
	for _, a := range p.Airings() {
		if a.ContentID == contentID {
			at, ok = latest(t, a.End), true
		}
	}
	return at, ok
}

// airsCounted looks for the first of a content ID's periods that is not before t and has, or
// will get, keys of t or later.
func (p *Plan) airsCounted(b Binding, t time.Time) (at time.Time, ok bool) {
	first := b.IndexAt(t)
	for i := range uint32(maxPlanned) {
		on := b.period(first+i, t)
		s, served := p.Served(b.ContentID, first+i)
		if served && !s.Start.Before(t) || !served && !on.Start.Add(b.Interval/2).Before(t) {
			return on.Start, true
		}
	}
	return time.Time{}, false
}

// servedUntil is, for each entry that ends at a split, when the last packager's period ends
// that was served it: a packager may have been served it before its replica knew of the split.
func (p *Plan) servedUntil() map[time.Time]time.Time {
	until := map[time.Time]time.Time{}
	if len(p.splits) == 0 {
		return until
	}
	for _, a := range p.Airings() {
		if e, ok := p.Starting(a.Of); ok && p.isCut(e) {
			until[a.Of] = latest(until[a.Of], a.End)
		}
	}
	return until
}
