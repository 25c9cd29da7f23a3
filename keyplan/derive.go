package keyplan

import (
	"cmp"
	"slices"
	"time"
)

// derive adds facts up. It looks at them by name, in sorted order, or where their order
// makes no difference, so that the result does not depend on the order of a map.
func derive(facts map[string]Fact, unknown map[string]error) *Plan {
	p := &Plan{
		facts: facts, unknown: unknown,
		later: map[time.Time][]ContentKey{}, used: map[KID]time.Time{},
		bindings: map[string]Binding{}, seen: map[string][]Seen{}, ivs: map[KID][]byte{},
	}
	var firsts []First
	for _, fact := range facts {
		switch f := fact.(type) {
		case First:
			firsts = append(firsts, f)
		case Gone:
			if f.Start.After(p.gone.Start) {
				p.gone = f
			}
		case Binding:
			if p.bindings[f.ContentID].N < f.N {
				p.bindings[f.ContentID] = f
			}
		case PackagerIV:
			p.ivs[f.KID] = f.IV
		case Seen:
			p.seen[f.Packager] = append(p.seen[f.Packager], f)
		case AddedKey:
			p.later[f.Start] = append(p.later[f.Start], f.ContentKey)
		case Static:
			p.later[staticStart] = append(p.later[staticStart], f.ContentKey)
		case AdoptedUse:
			p.use(f)
		}
	}
	p.static = &Entry{}
	p.static.Keys = p.completed(*p.static)
	slices.SortFunc(firsts, func(a, b First) int { return cmp.Compare(a.N, b.N) })
	for _, f := range firsts {
		p.follow(f)
	}
	p.nameKIDs()
	return p
}

// use notes where an adopted KID is used. Without its Adopted there is no key.
func (p *Plan) use(u AdoptedUse) {
	p.used[u.KID] = latest(p.used[u.KID], u.Start)
	if a, ok := p.facts[adoptedName(u.KID)].(Adopted); ok {
		p.later[u.Start] = append(p.later[u.Start], a.key(u))
	}
}

// follow appends the chain of periods from f, or from where purging has come to, and before
// it those that were made on demand. What an older chain has beyond that is on no chain any
// more.
func (p *Plan) follow(f First) {
	p.newest, p.end, p.closed = f, latest(f.Start, p.gone.End), false
	p.entries = slices.DeleteFunc(p.entries, func(e *Entry) bool { return e.End.After(p.end) })
	for _, e := range p.back(f.Start) {
		p.plan(e)
	}
	for {
		switch next := p.facts[periodName(p.end)].(type) {
		case Entry:
			p.plan(next)
			p.end = next.End
		case Closed:
			p.closed = true
			return
		default:
			return
		}
	}
}

// back is the chain of periods that ends at end, by Start. It reaches no further than to
// the end of what stands before it, or has been purged.
func (p *Plan) back(end time.Time) []Entry {
	floor := p.gone.End
	if n := len(p.entries); n > 0 {
		floor = latest(floor, p.entries[n-1].End)
	}
	var chain []Entry
	for end.After(floor) {
		e, ok := p.facts[backName(end)].(Entry)
		if !ok || e.Start.Before(floor) {
			break
		}
		chain = append(chain, e)
		end = e.Start
	}
	slices.Reverse(chain)
	return chain
}

// plan appends an entry with all of its keys.
func (p *Plan) plan(e Entry) {
	e.Keys = p.completed(e)
	p.entries = append(p.entries, &e)
}

// nameKIDs finds the entry of each KID. Of several, which only an adopted KID has, it is the
// last.
func (p *Plan) nameKIDs() {
	p.kids = make(map[KID]*Entry, len(p.entries))
	for _, k := range p.static.Keys {
		p.kids[k.KID] = p.static
	}
	for _, e := range p.entries {
		for _, k := range e.Keys {
			p.kids[k.KID] = e
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
