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
		}
	}
	slices.SortFunc(firsts, func(a, b First) int { return cmp.Compare(a.N, b.N) })
	for _, f := range firsts {
		p.follow(f)
	}
	p.nameKIDs()
	return p
}

// follow appends the chain of periods from f, or from where purging has come to. What an
// older chain has beyond that is on no chain any more.
func (p *Plan) follow(f First) {
	p.newest, p.end, p.closed = f, latest(f.Start, p.gone.End), false
	p.entries = slices.DeleteFunc(p.entries, func(e *Entry) bool { return e.End.After(p.end) })
	for {
		switch next := p.facts[periodName(p.end)].(type) {
		case Entry:
			p.entries = append(p.entries, &next)
			p.end = next.End
		case Closed:
			p.closed = true
			return
		default:
			return
		}
	}
}

func (p *Plan) nameKIDs() {
	p.kids = make(map[KID]*Entry, len(p.entries))
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
