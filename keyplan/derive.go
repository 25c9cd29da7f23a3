package keyplan

import (
	"cmp"
	"slices"
	"time"
)

// derive adds facts up. It looks at them by name or in sorted order only, so that the
// result does not depend on the order of a map.
func derive(facts map[string]Fact, unknown map[string]error) *Plan {
	p := &Plan{facts: facts, unknown: unknown, kids: map[KID]*Entry{}, bindings: map[string]Binding{}, ivs: map[KID][]byte{}}
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
			p.seen = append(p.seen, f)
		}
	}
	slices.SortFunc(firsts, func(a, b First) int { return cmp.Compare(a.N, b.N) })
	for _, f := range firsts {
		p.follow(f)
	}
	p.sortSeen()
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
	for _, e := range p.entries {
		for _, k := range e.Keys {
			p.kids[k.KID] = e
		}
	}
}

func (p *Plan) sortSeen() {
	slices.SortFunc(p.seen, func(a, b Seen) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Packager, b.Packager), cmp.Compare(a.K, b.K))
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
