package cpix

import "strings"

// A Reader reads one document after another in the same memory. The zero Reader is ready;
// it is not safe for concurrent use.
//
// It walks the elements of a document and makes what they stand for. What reads an element
// is called at its start tag, takes the attributes first, and leaves the scanner inside it
// or at its end.
type Reader struct {
	scanner
	recipients    pool[DeliveryData]
	documentKeys  pool[DocumentKey]
	contentKeys   pool[ContentKey]
	drmSystems    pool[DRMSystem]
	protections   pool[ContentProtectionData]
	hls           pool[HLSSignalingData]
	periods       pool[ContentKeyPeriod]
	usageRules    pool[ContentKeyUsageRule]
	periodFilters pool[KeyPeriodFilter]
	filters       pool[Filter]
	filterAttrs   []Attr // of all filters
}

// Read is the function of that name, but the document is good only until the next Read or
// Forget. Its strings are good for ever.
func (r *Reader) Read(data []byte) (*Document, error) {
	r.Forget()
	return r.read(data, MaxSize)
}

// mostKept bounds what memory a Reader keeps: that for a document of so many bytes.
const mostKept = 64 << 10

// Forget lets go of all that was read, content keys too, and keeps the memory.
func (r *Reader) Forget() {
	if len(r.scanner.text) > mostKept {
		*r = Reader{}
		return
	}
	r.scanner.forget()
	r.recipients.forget()
	r.documentKeys.forget()
	r.contentKeys.forget()
	r.drmSystems.forget()
	r.protections.forget()
	r.hls.forget()
	r.periods.forget()
	r.usageRules.forget()
	r.periodFilters.forget()
	r.filters.forget()
	clear(r.filterAttrs)
	r.filterAttrs = r.filterAttrs[:0]
}

// child goes on to the next child of the element that was open when depth was own, past
// what was not read of the one before, and reports whether there is one. Its name and
// attributes can be read then.
func (r *Reader) child(own int) bool {
	for {
		r.blank() // between elements, which would else be text
		switch r.next() {
		case nothing:
			return false
		case startTag:
			if r.depth() == own+1 {
				return true
			}
		case endTag:
			if r.depth() < own {
				return false
			}
		}
	}
}

// attr gives an attribute, which has no namespace, of the element whose start tag was
// the last token.
func (r *Reader) attr(local string) Text {
	for i := range r.attrs {
		if a := &r.attrs[i]; a.Name == local {
			return NewText(a.Value)
		}
	}
	return Text{}
}

// content gives the text of the element that is open, without the white space around it
// and without what its child elements hold.
func (r *Reader) content() string {
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
func (r *Reader) text() Text { return NewText(r.content()) }
