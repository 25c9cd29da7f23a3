package keyplan

import (
	"cmp"
	"slices"
	"time"
)

// derive adds facts up. It looks at them by name or in sorted order only, so that the
// result does not depend on the order of a map.
func derive(facts map[string]Fact, unknown error) *Plan {
	p := &Plan{facts: facts, unknown: unknown, kids: map[KID]*Entry{}, bindings: map[string]Binding{}, ivs: map[KID][]byte{}}
	var firsts []First
	var gone time.Time
	for _, fact := range facts {
		switch f := fact.(type) {
		case First:
			firsts = append(firsts, f)
		case Gone:
			gone = latest(gone, f.End)
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
		p.follow(f, gone)
	}
	p.sortSeen()
	return p
}

// follow appends the chain of periods from f, or from where purging has come to.
func (p *Plan) follow(f First, gone time.Time) {
	p.newest, p.end = f, latest(f.Start, gone)
	p.entries = slices.DeleteFunc(p.entries, func(e *Entry) bool { return !e.Start.Before(p.end) })
	for {
		e, ok := p.facts["period/"+stamp(p.end)].(Entry)
		if !ok || !e.End.After(e.Start) {
			return
		}
		p.entries = append(p.entries, &e)
		for _, k := range e.Keys {
			p.kids[k.KID] = &e
		}
		p.end = e.End
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
