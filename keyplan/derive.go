package keyplan

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"
)

// derive adds facts up. It looks at them by name, in sorted order, or where their order
// makes no difference, so that the result does not depend on the order of a map.
func derive(facts, asks layers[string, Fact], unknown map[string]error) *Plan {
	p := &Plan{
		facts: facts, asks: asks, unknown: unknown,
		renewed: map[time.Time]Renewed{}, revoked: map[KID]Revoked{},
		bindings: map[string]Binding{}, served: map[string]bool{}, outlook: new(atomic.Pointer[outlook]),
	}
	for _, ask := range asks.all() {
		p.notice(ask)
	}
	p.sort()
	p.static = p.completed(Entry{})
	for _, f := range p.firsts {
		p.follow(f)
	}
	p.name(p.static)
	p.name(p.entries...)
	return p
}

// sort puts facts where they are looked for.
func (p *Plan) sort() {
	later, used := map[time.Time][]ContentKey{}, map[KID]time.Time{}
	for _, fact := range p.facts.all() {
		switch f := fact.(type) {
		case First:
			p.firsts = append(p.firsts, f)
		case Gone:
			if f.Start.After(p.gone.Start) {
				p.gone = f
			}
		case Binding:
			if p.bindings[f.ContentID].N < f.N {
				p.bindings[f.ContentID] = f
			}
		case Split:
			p.splits = append(p.splits, f)
		case Renewed:
			if p.renewed[f.Start].N < f.N {
				p.renewed[f.Start] = f
			}
		case Revoked:
			p.note(f)
		case AddedKey:
			later[f.Start] = append(later[f.Start], f.ContentKey)
		case Static:
			later[staticStart] = append(later[staticStart], f.ContentKey)
		case AdoptedUse:
			used[f.KID] = latest(used[f.KID], f.Start)
			if k, ok := p.adopted(f); ok {
				later[f.Start] = append(later[f.Start], k)
			}
		}
	}
	p.later, p.used = newLayers(later), newLayers(used)
	slices.SortFunc(p.splits, func(a, b Split) int { return a.Start.Compare(b.Start) })
	slices.SortFunc(p.firsts, func(a, b First) int { return cmp.Compare(a.N, b.N) })
}

// adopted is the content key of a use. Without its Adopted there is none.
func (p *Plan) adopted(u AdoptedUse) (ContentKey, bool) {
	a, ok := p.fact(adoptedName(u.KID)).(Adopted)
	return a.key(u), ok
}

// follow puts the chain of periods from f, or from where purging has come to, in the place of
// what was planned there, and before it those that were made on demand. What was planned
// before stays, and so does what a clock that was ahead had begun later (see islands). What
// else an older chain has is on no chain any more.
func (p *Plan) follow(f First) {
	p.newest = f
	start := p.begins(f)
	at, _ := slices.BinarySearchFunc(p.entries, start, func(e *Entry, t time.Time) int {
		if e.End.After(t) {
			return 1
		}
		return -1
	})
	older := p.entries[at:]
	p.entries = slices.Clip(p.entries[:at])
	p.entries = append(p.entries, p.back(f.Start)...)
	p.entries = append(p.entries, p.chain(start)...)
	p.entries = append(p.entries, p.islands(older)...)
}

// begins is where the chain of f begins: there, or where purging has come to.
func (p *Plan) begins(f First) time.Time { return latest(f.Start, p.gone.End) }

// chain is the periods from start on, each beginning where the one before it ends. It notes
// where they end, and why.
func (p *Plan) chain(start time.Time) []*Entry {
	var run []*Entry
	p.end, p.closed = start, false
	for {
		switch next := p.fact(periodName(p.end)).(type) {
		case Entry:
			run = append(run, p.cut(next)...)
			p.end = next.End
		case Closed:
			p.closed = true
			return run
		default:
			return run
		}
	}
}

// islands is what stands, of what was planned, beyond the end of the newest chain: from the
// beginning of an older one on. The newest joins it when it comes there (see Planner).
func (p *Plan) islands(older []*Entry) []*Entry {
	i := slices.IndexFunc(older, func(e *Entry) bool {
		return !e.Back && !e.Start.Before(p.end) && slices.ContainsFunc(p.firsts, func(f First) bool { return f.Start.Equal(e.Start) })
	})
	if i < 0 {
		return nil
	}
	return older[i:]
}

// back is the chain of periods that ends at end, by Start. It reaches no further than to
// the end of what stands before it, or has been purged.
func (p *Plan) back(end time.Time) []*Entry {
	floor := p.gone.End
	if n := len(p.entries); n > 0 {
		floor = latest(floor, p.entries[n-1].End)
	}
	var chain []*Entry
	for end.After(floor) {
		e, ok := p.fact(backName(end)).(Entry)
		if !ok || e.Start.Before(floor) {
			break
		}
		chain = append(chain, p.completed(e))
		end = e.Start
	}
	slices.Reverse(chain)
	return chain
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
