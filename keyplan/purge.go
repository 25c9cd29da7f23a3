package keyplan

import (
	"slices"
	"time"
)

// PurgeAfter is how long keys are kept after the last instant at which they may be served,
// so that a replica whose clock is off purges nothing that another still serves.
const PurgeAfter = 24 * time.Hour

// Servable reports whether an entry that ends at end may still be served or acknowledged:
// until keep after its end.
func (p *Policy) Servable(end, now time.Time) bool {
	return !end.Add(p.Keep).Before(now)
}

// A Purge is what is to be removed from the store: the tombstone is kept first, then the
// names are deleted. The zero Purge removes nothing.
type Purge struct {
	Tombstone Record
	Names     []string
}

// Purge drafts the removal of every period whose keep ended a day ago, and of all that is
// about it: what was served and seen of it, older tombstones, older beginnings. Of a
// removal that ended with its tombstone it drafts the rest.
func (p *Plan) Purge(pol *Policy, now time.Time) Purge {
	expired := func(end time.Time) bool { return end.Add(pol.Keep + PurgeAfter).Before(now) }
	last := p.gone
	for _, e := range p.entries {
		if !expired(e.End) || e.End.After(p.end) {
			break
		}
		if !p.isCut(e) {
			last = Gone{Period: p.uncut(e)}
		}
	}
	names := p.before(last)
	if len(names) == 0 {
		return Purge{}
	}
	return Purge{Tombstone: last.Record(), Names: names}
}

// before names the records that are about periods which begin before the end of gone, but
// for its own. Bindings, static keys and the newest First stay.
func (p *Plan) before(gone Gone) []string {
	var names []string
	own := gone.Record().Name
	for _, facts := range []layers[string, Fact]{p.facts, p.asks} {
		for name, fact := range facts.all() {
			if start, ok := p.purgeable(fact); ok && start.Before(gone.End) && name != own {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func (p *Plan) purgeable(fact Fact) (start time.Time, ok bool) {
	switch f := fact.(type) {
	case Entry:
		return f.Start, true
	case Closed:
		return f.Start, true
	case Gone:
		return f.Start, true
	case AddedKey:
		return f.Start, true
	case AdoptedUse:
		return f.Start, !f.Start.Equal(staticStart)
	case Adopted:
		return p.lastUse(f.KID, f.Start)
	case PackagerIV:
		return p.lastUse(f.KID, f.Start)
	case Split:
		return f.Start, true
	case Renewed:
		return f.Start, true
	case Issued:
		return f.Start, true
	case Served:
		return f.Start, true
	case ServedSpan:
		return f.Start, true
	case Seen:
		return f.Start, true
	case First:
		// A beginning holds its chain together until that is purged, up to the next one; one
		// that lies ahead of the next, until that has come to it.
		next, ok := p.fact(firstName(f.N + 1)).(First)
		return latest(f.Start, next.Start), ok
	}
	return time.Time{}, false
}

// lastUse is the start of the last period in which a KID is used that is used in the one that
// begins at start. A static key's use has no end.
func (p *Plan) lastUse(kid KID, start time.Time) (last time.Time, ends bool) {
	static := func(k ContentKey) bool { return k.KID == kid }
	last, _ = p.used.get(kid)
	return latest(start, last), !slices.ContainsFunc(p.static.Keys, static)
}
