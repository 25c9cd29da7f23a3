package bmff

import "fmt"

// A box is one ISO base media box: a type of four characters and a body.
type box struct {
	kind  string
	body  []byte
	start int // where its header begins, counted from the file's first byte
	inner int // where its body begins
}

// boxes splits b, whose first byte is at base in the file, into boxes without gaps.
func boxes(b []byte, base int) ([]box, error) {
	var all []box
	for at := 0; at < len(b); {
		header := cursor{rest: b[at:]}
		size := uint64(header.u32())
		kind := string(header.take(4))
		inner := 8
		switch size {
		case 0: // to the end
			size = uint64(len(b) - at)
		case 1:
			size, inner = header.u64(), 16
		}
		if header.err != nil || size < uint64(inner) || size > uint64(len(b)-at) {
			return nil, fmt.Errorf("box %q at byte %d: %w", kind, base+at, errShort)
		}
		end := at + int(size)
		all = append(all, box{kind, b[at+inner : end : end], base + at, base + at + inner})
		at = end
	}
	return all, nil
}

// children splits a box that holds only boxes, after skip bytes of its own fields.
func (b box) children(skip int) ([]box, error) {
	if skip > len(b.body) {
		return nil, fmt.Errorf("%s: %w", b.kind, errShort)
	}
	inner, err := boxes(b.body[skip:], b.inner+skip)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.kind, err)
	}
	return inner, nil
}

// descend follows a path of plain container boxes, the first of each type.
func descend(among []box, path ...string) (box, error) {
	var found box
	for i, kind := range path {
		if i > 0 {
			inner, err := found.children(0)
			if err != nil {
				return box{}, err
			}
			among = inner
		}
		next, ok := first(among, kind)
		if !ok {
			return box{}, fmt.Errorf("no %s box", kind)
		}
		found = next
	}
	return found, nil
}

// first returns the first box of a type.
func first(among []box, kind string) (box, bool) {
	for _, b := range among {
		if b.kind == kind {
			return b, true
		}
	}
	return box{}, false
}
