package keyplan

import (
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"
)

// A Plan is what the records of one channel add up to: an unbroken run of periods, grown
// only at its end, and what has been served of it. It is immutable, and a pure function
// of the set of records: their order does not matter, nor how often one is repeated.
type Plan struct {
	facts    layers[string, Fact]  // what shapes the plan, by record name
	asks     layers[string, Fact]  // Served, ServedSpan, Seen, PackagerIV and Issued, which do not
	unknown  map[string]error      // by record name
	firsts   []First               // by N
	splits   []Split               // by Start
	renewed  map[time.Time]Renewed // the newest of each entry, by its Start
	revoked  map[KID]Revoked
	newest   First                           // zero: nothing planned
	closed   bool                            // the newest chain
	gone     Gone                            // the newest tombstone
	end      time.Time                       // of the newest chain
	entries  []*Entry                        // by Start; gapless within a chain
	static   *Entry                          // with a zero Period
	later    layers[time.Time, []ContentKey] // added and adopted, by the Start of their entry
	used     layers[KID, time.Time]          // the Start of an adopted KID's last use
	kids     layers[KID, *Entry]
	bindings map[string]Binding // the newest of each content ID
	served   map[string]bool    // content IDs that have a Served
	asked    time.Time          // the At of the last Seen

	outlook *atomic.Pointer[outlook] // what was last asked for (see under)
}

// NewPlan makes a plan of records. Those it cannot read are reported by Unknown; the
// others count.
func NewPlan(recs ...Record) *Plan {
	n := (&Plan{}).learn(recs)
	return derive(newLayers(n.facts), newLayers(n.asks), n.unknown)
}

// Without is the plan of p's records but those named.
func (p *Plan) Without(names ...string) *Plan {
	facts, asks := maps.Collect(p.facts.all()), maps.Collect(p.asks.all())
	unknown := maps.Clone(p.unknown)
	for _, name := range names {
		delete(facts, name)
		delete(asks, name)
		delete(unknown, name)
	}
	return derive(newLayers(facts), newLayers(asks), unknown)
}

// Unknown says which records could not be read, by name, or is nil. A plan with unknown
// records is served as far as it is known, and not extended.
func (p *Plan) Unknown() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(p.unknown)) {
		errs = append(errs, p.unknown[name])
	}
	return errors.Join(errs...)
}

// Len is the number of records.
func (p *Plan) Len() int { return p.facts.len() + p.asks.len() + len(p.unknown) }

// Empty reports whether no period was ever planned.
func (p *Plan) Empty() bool { return p.newest.N == 0 }

// End is the end of the last planned period: the next one will begin there. Of a plan that
// has begun and has no periods yet it is the beginning.
func (p *Plan) End() time.Time { return p.end }

// Entries are all planned periods that have not been purged, by Start. The slice is not
// to be changed.
func (p *Plan) Entries() []*Entry { return p.entries }

// Tracks are those that some entry of the plan has a key for, by name.
func (p *Plan) Tracks() []Track {
	has := map[Track]bool{}
	for _, e := range p.entries {
		for _, k := range e.Keys {
			has[k.Track] = true
		}
	}
	return slices.Sorted(maps.Keys(has))
}

// At finds the entry whose period contains t.
func (p *Plan) At(t time.Time) (*Entry, bool) {
	i := p.after(t) - 1
	if i < 0 || !p.entries[i].Contains(t) {
		return nil, false
	}
	return p.entries[i], true
}

// Starting finds the entry that begins at start.
func (p *Plan) Starting(start time.Time) (*Entry, bool) {
	e, ok := p.At(start)
	return e, ok && e.Start.Equal(start)
}

// Between gives the entries that overlap [from, to), by Start.
func (p *Plan) Between(from, to time.Time) []*Entry {
	first := p.after(from) - 1
	if first < 0 || !p.entries[first].End.After(from) {
		first++
	}
	last := first
	for last < len(p.entries) && p.entries[last].Start.Before(to) {
		last++
	}
	return p.entries[first:last]
}

// after is the index of the first entry that begins after t.
func (p *Plan) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(p.entries, t, func(e *Entry, t time.Time) int {
		if e.Start.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// KID finds the entry in which a KID is used, and its key: of several entries, which only an
// adopted KID has, the last.
func (p *Plan) KID(kid KID) (*Entry, ContentKey, bool) {
	e, ok := p.kids.get(kid)
	if !ok {
		return nil, ContentKey{}, false
	}
	i := slices.IndexFunc(e.Keys, func(k ContentKey) bool { return k.KID == kid })
	return e, e.Keys[i], true
}

// Served finds which entry a content ID's index got, if it was served.
func (p *Plan) Served(contentID string, index uint32) (Served, bool) {
	s, ok := p.ask(servedName(contentID, index)).(Served)
	return s, ok
}

// Has reports whether a record of this name is part of the plan, known or unknown.
func (p *Plan) Has(name string) bool {
	return p.fact(name) != nil || p.ask(name) != nil || p.unknown[name] != nil
}

// fact finds what shapes the plan, or nil.
func (p *Plan) fact(name string) Fact {
	f, _ := p.facts.get(name)
	return f
}

// ask finds what packagers did, or nil.
func (p *Plan) ask(name string) Fact {
	f, _ := p.asks.get(name)
	return f
}
