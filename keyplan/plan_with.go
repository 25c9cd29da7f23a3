package keyplan

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// With is the plan of p's records and recs. What packagers ask, keys that come later and
// periods at the end cost little however long the plan is; for whatever else shapes it, all
// of it is derived anew.
func (p *Plan) With(recs ...Record) *Plan {
	n := p.learn(recs)
	if len(n.facts)+len(n.asks)+len(n.unknown) == 0 {
		return p
	}
	q := *p
	q.facts, q.asks, q.outlook = p.facts.with(n.facts), p.asks.with(n.asks), new(atomic.Pointer[outlook])
	if len(n.unknown) > 0 {
		maps.Copy(n.unknown, p.unknown)
		q.unknown = n.unknown
	}
	if !q.absorb(n) {
		return derive(q.facts, q.asks, q.unknown)
	}
	return &q
}

// news is what a plan does not know yet, by record name.
type news struct {
	facts, asks map[string]Fact
	unknown     map[string]error
}

func (p *Plan) learn(recs []Record) news {
	n := news{facts: map[string]Fact{}, asks: map[string]Fact{}, unknown: map[string]error{}}
	for _, r := range recs {
		if p.Has(r.Name) {
			continue
		}
		fact, err := Decode(r)
		switch fact.(type) {
		case nil:
			n.unknown[r.Name] = err
		case Served, ServedSpan, Seen, PackagerIV, Issued:
			n.asks[r.Name] = fact
		default:
			n.facts[r.Name] = fact
		}
	}
	return n
}

// absorb takes news up that p, a copy, has among its facts and asks already. It is false if
// p must be derived anew.
func (p *Plan) absorb(n news) bool {
	for _, ask := range n.asks {
		p.notice(ask)
	}
	for _, name := range slices.Sorted(maps.Keys(n.facts)) {
		if !p.take(n.facts[name]) {
			return false
		}
	}
	return true
}

// notice keeps what is looked for of all asks. It changes no map that p shares.
func (p *Plan) notice(ask Fact) {
	switch f := ask.(type) {
	case Seen:
		p.asked = latest(p.asked, f.At)
	case Served:
		if !p.served[f.ContentID] {
			p.served = maps.Clone(p.served)
			p.served[f.ContentID] = true
		}
	}
}

// take is false if p must be derived anew, because of where fact stands among the others.
func (p *Plan) take(fact Fact) bool {
	switch f := fact.(type) {
	case Entry:
		return p.extend(f)
	case Created:
	case Binding:
		if p.bindings[f.ContentID].N < f.N {
			p.bindings = maps.Clone(p.bindings)
			p.bindings[f.ContentID] = f
		}
	case Command:
		return true // it shapes nothing
	case AddedKey:
		p.complete(f.Start, f.ContentKey)
	case Static:
		p.complete(staticStart, f.ContentKey)
	case Adopted:
		_, used := p.used.get(f.KID)
		return !used
	case AdoptedUse:
		last, _ := p.used.get(f.KID)
		p.used = p.used.with(map[KID]time.Time{f.KID: latest(last, f.Start)})
		if k, ok := p.adopted(f); ok {
			p.complete(f.Start, k)
		}
	default:
		return false
	}
	return true
}

// extend appends the period that begins at the end of the plan, and those that follow it. It
// is false if e is none of these.
func (p *Plan) extend(e Entry) bool {
	if known, ok := p.Starting(e.Start); ok {
		return known.Back == e.Back
	}
	last := len(p.entries) - 1
	island := last >= 0 && p.entries[last].End.After(p.end)
	if p.Empty() || p.closed || island || e.Back || !e.Start.Equal(p.end) {
		return false
	}
	run := p.chain(e.Start)
	p.entries = slices.Concat(p.entries, run)
	p.name(run...)
	return true
}

// complete gives the entry that begins at start a key that came later, if there is such an
// entry.
func (p *Plan) complete(start time.Time, k ContentKey) {
	later, _ := p.later.get(start)
	p.later = p.later.with(map[time.Time][]ContentKey{start: append(slices.Clip(later), k)})
	if start.Equal(staticStart) {
		p.static = p.completed(Entry{})
		p.name(p.static)
		return
	}
	i := p.after(start) - 1
	if i < 0 || !p.entries[i].Start.Equal(start) {
		return
	}
	planned := p.original(p.entries[i])
	p.entries = slices.Clone(p.entries)
	p.entries[i] = p.completed(planned)
	p.name(p.entries[i])
}

// name finds the entries of KIDs. Of several, which only an adopted KID has, it is the last.
func (p *Plan) name(entries ...*Entry) {
	kids := map[KID]*Entry{}
	for _, e := range entries {
		for _, k := range e.Keys {
			if known, ok := p.kids.get(k.KID); !ok || !known.Start.After(e.Start) {
				kids[k.KID] = e
			}
		}
	}
	p.kids = p.kids.with(kids)
}
