package speke

import (
	"bytes"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A scratch is the memory in which one request is read and answered. It is used again for
// another one: garbage would cost more than all the rest.
type scratch struct {
	in       bytes.Buffer
	reader   cpix.Reader
	contract contract
	out      []byte
}

// mostScratch bounds what is kept for another request, in bytes.
const mostScratch = 64 << 10

func (h *Handler) borrow() *scratch {
	if s, ok := h.scratches.Get().(*scratch); ok {
		return s
	}
	return &scratch{}
}

// release takes a scratch back. The keys in the answer are wiped, and the document is no
// longer good.
func (h *Handler) release(s *scratch) {
	clear(s.out)
	s.reader.Forget()
	s.in.Reset()
	if cap(s.out) <= mostScratch && s.in.Cap() <= mostScratch {
		h.scratches.Put(s)
	}
}
