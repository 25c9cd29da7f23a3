package keyplan

import (
	"iter"
	"maps"
	"slices"
)

// Layers are an immutable map. It is made of maps of which each has at least twice as many
// keys as the next, so that one with a few more keys shares most of it: adding n keys one by
// one copies n·log n of them. What is in a later map counts before what is in an earlier one.
type layers[K comparable, V any] []map[K]V

// newLayers are those of m, which must not be changed any longer.
func newLayers[K comparable, V any](m map[K]V) layers[K, V] { return layers[K, V]{m} }

// get finds the value of a key.
func (l layers[K, V]) get(k K) (V, bool) {
	for _, m := range slices.Backward(l) {
		if v, ok := m[k]; ok {
			return v, true
		}
	}
	var none V
	return none, false
}

// with is l and more, which must not be changed any longer.
func (l layers[K, V]) with(more map[K]V) layers[K, V] {
	if len(more) == 0 {
		return l
	}
	for n := len(l) - 1; n >= 0 && len(l[n]) < 2*len(more); n-- {
		merged := maps.Clone(l[n])
		maps.Copy(merged, more)
		l, more = l[:n], merged
	}
	return append(slices.Clip(l), more)
}

// all yields every key and value. A key that was given several values comes several times.
func (l layers[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, m := range l {
			for k, v := range m {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// len is the number of keys, each of which was given one value.
func (l layers[K, V]) len() int {
	n := 0
	for _, m := range l {
		n += len(m)
	}
	return n
}
