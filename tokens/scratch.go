package tokens

// A scratch is the memory in which one token is chosen and written. It is used again for
// another one: garbage would cost more than the signature.
type scratch struct {
	keys, arranged []Key
	claims, token  []byte
}

// What is kept for another token: as many keys, and bytes, as one mostly has.
const (
	mostKeys  = 256
	mostBytes = 16 << 10
)

func (i *Issuer) borrow() *scratch {
	if s, ok := i.scratches.Get().(*scratch); ok {
		return s
	}
	return &scratch{keys: make([]Key, 0, 32)}
}

// release takes a scratch back. Nothing of the token may be in use.
func (i *Issuer) release(s *scratch) {
	if cap(s.keys) <= mostKeys && cap(s.arranged) <= mostKeys && cap(s.claims) <= mostBytes {
		i.scratches.Put(s)
	}
}
