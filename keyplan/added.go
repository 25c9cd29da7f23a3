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

// completed is e with the keys that came later: added ones by track and scheme, then
// adopted ones. The key that e was planned with counts before one that was added.
func (p *Plan) completed(e Entry) *Entry {
	later, _ := p.later.get(e.Start)
	if len(later) == 0 {
		return &e
	}
	planned := e
	e.Keys = slices.Clone(e.Keys)
	for _, k := range slices.SortedFunc(slices.Values(later), compareLater) {
		if _, had := planned.Key(k.Track, k.Scheme); !had || k.Adopted {
			e.Keys = append(e.Keys, k)
		}
	}
	return &e
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
		strings.Compare(a.KID.String(), b.KID.String()),
	)
}
