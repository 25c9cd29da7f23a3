package cpix

import "slices"

// A pool makes the entries of lists many at a time, and keeps them in the order in which
// they were made.
type pool[T any] struct {
	made  []*T
	spare []T
}

// Bounds of how many entries are made at a time: few for a document with few, and never
// so many that those left over count beside the document.
const minSpare, maxSpare = 8, 64

// one makes an entry.
func (p *pool[T]) one() *T {
	if len(p.spare) == 0 {
		p.spare = make([]T, min(max(len(p.made), minSpare), maxSpare))
		p.made = slices.Grow(p.made, len(p.spare))
	}
	entry := &p.spare[0]
	p.spare = p.spare[1:]
	p.made = append(p.made, entry)
	return entry
}

// from gives the entries made from the n-th on, or nil if there are none. Appending to
// them copies them.
func (p *pool[T]) from(n int) []*T {
	if len(p.made) == n {
		return nil
	}
	return p.made[n:len(p.made):len(p.made)]
}
