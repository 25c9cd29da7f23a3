package keyplan

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A Sighting is a packager that asked for an entry, and when it did so last, as far as is
// recorded.
type Sighting struct {
	Packager string
	At       time.Time
}

// Sightings are the packagers that were seen to ask for an entry, the latest first.
func (p *Plan) Sightings(e *Entry) []Sighting {
	last := map[string]Sighting{}
	for _, ask := range p.asks.all() {
		if s, ok := ask.(Seen); ok && s.Start.Equal(e.Start) {
			last[s.Packager] = Sighting{s.Packager, latest(s.At, last[s.Packager].At)}
		}
	}
	return slices.SortedFunc(maps.Values(last), func(a, b Sighting) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Packager, b.Packager))
	})
}
