package keyplan

import (
	"context"
	"slices"
	"time"
)

// A Renewed gives an entry that no packager was served other keys in the place of revoked
// ones. It is generation N of the entry's keys; what it was planned with is generation 0.
type Renewed struct {
	Start time.Time `json:"start"`
	N     int       `json:"n"`
	// Keys are all that are others than in generation 0, each with the generation in which
	// it was drawn.
	Keys []ContentKey `json:"keys"`
	// Replaced are the KIDs that the entry had once and has no more.
	Replaced []KID `json:"replaced"`
	Audit
}

// Record is generation/<start>/<n>.
func (r Renewed) Record() Record { return encode(generationName(r.Start, r.N), "renewed", r) }

func (r Renewed) sound() bool { return whole(r.Start, r.At) && r.N > 0 }

// An Issued says that an entry has no generation N, since packagers were given keys of the one
// before. It is kept before the first of them leaves, under the name that the generation would
// have, so that of who renews keys and who gives them to a packager one loses.
type Issued struct {
	Start time.Time `json:"start"`
	N     int       `json:"n"`
}

// Record is generation/<start>/<n>.
func (i Issued) Record() Record { return encode(generationName(i.Start, i.N), "issued", i) }

func (i Issued) sound() bool { return whole(i.Start) && i.N > 0 }

func generationName(start time.Time, n int) string {
	return "generation/" + stamp(start) + "/" + number(uint64(n))
}

// Issued reports whether the keys of e, an entry of p, are those that every packager gets. If
// not, the Record of Issue settles that they are, unless they were renewed meanwhile. They
// are, too, where it cannot be read what became of them.
func (p *Plan) Issued(e *Entry) bool { return p.Has(generationName(e.Start, e.Generation+1)) }

// Issue is what to keep before keys of e are given to a packager. A static key needs nothing.
func (e *Entry) Issue() Issued { return Issued{e.Start, e.Generation + 1} }

// Replaced finds the entry that had a KID once, and has another key in its place.
func (p *Plan) Replaced(kid KID) (*Entry, bool) {
	for _, e := range p.entries {
		if slices.Contains(e.Replaced, kid) {
			return e, true
		}
	}
	return nil, false
}

// Replacement finds what gave e, an entry of p, another key in the place of a KID, and the key
// that it has there now.
func (p *Plan) Replacement(e *Entry, kid KID) (Renewed, ContentKey, bool) {
	// Each generation replaces one KID, the last in its list, by its last key.
	n := slices.Index(e.Replaced, kid) + 1
	r, ok := p.fact(generationName(e.Start, n)).(Renewed)
	if !ok || len(r.Keys) == 0 {
		return Renewed{}, ContentKey{}, false
	}
	made := r.Keys[len(r.Keys)-1]
	k, ok := e.Key(made.Track, made.Scheme)
	return r, k, ok
}

// renew puts the keys of the newest generation in the place of older ones.
func (p *Plan) renew(e *Entry) {
	r, ok := p.renewed[e.Start]
	if !ok {
		return
	}
	e.Generation, e.Replaced = r.N, r.Replaced
	e.Keys = slices.Clone(e.Keys)
	for i, old := range e.Keys {
		if k, ok := (&Entry{Keys: r.Keys}).Key(old.Track, old.Scheme); ok && !old.Adopted {
			e.Keys[i] = k
		}
	}
}

// Renew drafts the next generation of an entry's keys, with another key in the place of k.
// Whether it counts, the store decides: it may be Issued.
func (pl Planner) Renew(ctx context.Context, ch *Channel, p *Plan, e *Entry, k ContentKey, why Audit) (Record, error) {
	if err := p.Unknown(); err != nil {
		return Record{}, err
	}
	known := p.renewed[e.Start]
	next := Renewed{Start: e.Start, N: e.Generation + 1, Replaced: append(slices.Clip(known.Replaced), k.KID), Audit: why}
	made, err := pl.key(ctx, KeyRef{Channel: ch.ID, Start: e.Start, Track: k.Track, Scheme: k.Scheme, Generation: next.N})
	if err != nil {
		return Record{}, err
	}
	for _, other := range known.Keys {
		if other.Track != k.Track || other.Scheme != k.Scheme {
			next.Keys = append(next.Keys, other)
		}
	}
	next.Keys = append(next.Keys, made)
	return next.Record(), nil
}
