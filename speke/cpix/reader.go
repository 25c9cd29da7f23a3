package cpix

import (
	"iter"
	"strings"
)

// A reader walks the elements of a document. What reads an element is called at its start
// tag, takes the attributes first, and leaves the scanner inside it or at its end.
type reader struct {
	*scanner
}

// children yields the local name of each child element in a namespace, while its
// attributes can be read, and then skips what the loop has not read of it.
func (r reader) children(namespace string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for own := r.depth(); r.depth() >= own; {
			switch r.next() {
			case nothing:
				return
			case startTag:
				if r.name.space == namespace && !yield(r.name.local) {
					return
				}
				r.skip(own)
			}
		}
	}
}

// skip reads on until no more than depth elements are open.
func (r reader) skip(depth int) {
	for r.depth() > depth && r.next() != nothing {
	}
}

// attr gives an attribute, which has no namespace, of the element whose start tag was
// the last token.
func (r reader) attr(local string) Text {
	for i := range r.attrs {
		if r.attrs[i].name == (name{"", local}) {
			return NewText(r.attrs[i].value)
		}
	}
	return Text{}
}

// content gives the text of the element that is open, without the white space around it
// and without what its child elements hold.
func (r reader) content() string {
	var first string
	var more []byte // a copy of first and what follows, if the text comes in several
	for own := r.depth(); r.depth() >= own; {
		switch r.next() {
		case nothing:
			return ""
		case charData:
			if r.depth() > own {
				continue
			}
			if first == "" {
				first = r.chars
				continue
			}
			if more == nil {
				more = []byte(first)
			}
			more = append(more, r.chars...)
		}
	}
	if more != nil {
		first = string(more)
	}
	return strings.Trim(first, space)
}

// text is content as a Text.
func (r reader) text() Text { return NewText(r.content()) }
