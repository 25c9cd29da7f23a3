package keyplan

import (
	"cmp"
	"slices"
	"time"
)

// A packager is what was seen of one.
type packager struct {
	name string
	seen []Seen    // by Start
	last time.Time // when it asked last
}

// seenLast are the maxPackagers that asked last.
func seenLast(seen map[string][]Seen) []packager {
	var all []packager
	for name, asks := range seen {
		slices.SortFunc(asks, func(a, b Seen) int { return a.Start.Compare(b.Start) })
		pk := packager{name: name, seen: asks}
		for _, s := range asks {
			pk.last = latest(pk.last, s.At)
		}
		all = append(all, pk)
	}
	slices.SortFunc(all, func(a, b packager) int {
		return cmp.Or(b.last.Compare(a.last), cmp.Compare(a.name, b.name))
	})
	return all[:min(len(all), maxPackagers)]
}

// newestTwo are the starts of the two newest entries that it had asked for by an instant and
// that have begun at now.
func (pk packager) newestTwo(by, now time.Time) []time.Time {
	var starts []time.Time
	n, _ := slices.BinarySearchFunc(pk.seen, now.Add(1), func(s Seen, t time.Time) int { return s.Start.Compare(t) })
	for _, s := range slices.Backward(pk.seen[:n]) {
		if !s.At.After(by) && !slices.ContainsFunc(starts, s.Start.Equal) {
			starts = append(starts, s.Start)
		}
		if len(starts) == 2 {
			break
		}
	}
	return starts
}

// instants are when it asked, in order.
func (pk packager) instants() []time.Time {
	asks := make([]time.Time, len(pk.seen))
	for i, s := range pk.seen {
		asks[i] = s.At
	}
	slices.SortFunc(asks, time.Time.Compare)
	return asks
}
