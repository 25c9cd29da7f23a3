package keyplan

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// An AddedKey is the key of a track or scheme that the entry which begins at Start was
// planned without: nobody had asked for it then, or the configuration did not have it.
type AddedKey struct {
	Start time.Time `json:"start"`
	ContentKey
}

// Record is key/<start>/<hex track>/<scheme>/<generation>.
func (a AddedKey) Record() Record {
	name := "key/" + stamp(a.Start) + "/" + hexName(string(a.Track)) + "/" + string(a.Scheme)
	return encode(name+"/"+number(uint64(a.Generation)), "key", a)
}

func (a AddedKey) sound() bool { return whole(a.Start) && a.Generation == 0 }

// completed is e with what came later: added keys by track and scheme, then adopted ones,
// other keys in the place of revoked ones, and from when on any are withdrawn.
func (p *Plan) completed(e Entry) *Entry {
	p.add(&e)
	p.renew(&e)
	p.withdraw(&e)
	return &e
}

// add gives e the keys that it was planned without. The one that it was planned with counts
// before one that was added.
func (p *Plan) add(e *Entry) {
	later, _ := p.later.get(e.Start)
	if len(later) == 0 {
		return
	}
	planned := *e
	e.Keys = slices.Clone(e.Keys)
	for _, k := range slices.SortedFunc(slices.Values(later), compareLater) {
		if _, had := planned.Key(k.Track, k.Scheme); !had || k.Adopted {
			e.Keys = append(e.Keys, k)
		}
	}
}

func compareLater(a, b ContentKey) int {
	switch {
	case a.Adopted && !b.Adopted:
		return 1
	case b.Adopted && !a.Adopted:
		return -1
	}
	return cmp.Or(
		cmp.Compare(a.Track, b.Track),
		cmp.Compare(a.Scheme, b.Scheme),
		cmp.Compare(b.Generation, a.Generation), // only static ones have any; the newest is found first
		strings.Compare(a.KID.String(), b.KID.String()),
	)
}
