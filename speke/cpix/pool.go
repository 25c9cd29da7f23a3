package cpix

import "slices"

// A pool makes the entries of lists many at a time, and keeps them in the order in which
// they were made.
type pool[T any] struct {
	made   []*T
	spare  []T
	blocks [][]T // of which made and spare are parts, and then those that are to be used again
	used   int   // how many of the blocks
}

// Bounds of how many entries are made at a time: few for a document with few, and never
// so many that those left over count beside the document.
const minSpare, maxSpare = 8, 64

// one makes an entry.
func (p *pool[T]) one() *T {
	if len(p.spare) == 0 {
		p.spare = p.block()
	}
	entry := &p.spare[0]
	p.spare = p.spare[1:]
	p.made = append(p.made, entry)
	return entry
}

// block gives entries that are not used.
func (p *pool[T]) block() []T {
	if p.used == len(p.blocks) {
		size := min(max(len(p.made), minSpare), maxSpare)
		p.blocks = append(p.blocks, make([]T, size))
		p.made = slices.Grow(p.made, size)
	}
	p.used++
	return p.blocks[p.used-1]
}

// from gives the entries made from the n-th on, or nil if there are none. Appending to
// them copies them.
func (p *pool[T]) from(n int) []*T {
	if len(p.made) == n {
		return nil
	}
	return p.made[n:len(p.made):len(p.made)]
}

// forget wipes all entries, whose memory is used again.
func (p *pool[T]) forget() {
	for _, block := range p.blocks[:p.used] {
		clear(block)
	}
	clear(p.made)
	p.made, p.spare, p.used = p.made[:0], nil, 0
}
