package keyplan

import "time"

// Binding finds the newest binding of a content ID.
func (p *Plan) Binding(contentID string) (Binding, bool) {
	b, ok := p.bindings[contentID]
	return b, ok
}

// BindingFor finds the newest binding of a content ID that holds for an index.
func (p *Plan) BindingFor(contentID string, index uint32) (Binding, bool) {
	b, ok := p.bindings[contentID]
	for ok && !b.Holds(index) {
		b, ok = p.fact(bindName(contentID, b.N-1)).(Binding)
	}
	return b, ok
}

// Rebound finds the newest binding of a content ID that Rebind made of an index and instant.
func (p *Plan) Rebound(contentID string, index uint32, at time.Time) (Binding, bool) {
	for n := p.bindings[contentID].N; n > 0; n-- {
		b, _ := p.fact(bindName(contentID, n)).(Binding)
		if b.N == n && b.Index == index && b.At.Equal(floor(at, b.Interval)) {
			return b, true
		}
	}
	return Binding{}, false
}

// LastServed is when the last packager's period ends that a content ID was served under its
// newest binding, by that binding. It is false if nothing was, or all has been purged.
func (p *Plan) LastServed(contentID string) (end time.Time, ok bool) {
	b, bound := p.bindings[contentID]
	if !bound {
		return time.Time{}, false
	}
	for _, fact := range p.asks.all() {
		if s, is := fact.(Served); is && s.ContentID == contentID && s.N == b.N {
			end, ok = latest(end, b.Middle(s.Index, s.Start).Add(b.Interval/2)), true
		}
	}
	return end, ok
}
