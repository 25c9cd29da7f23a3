package bmff

import (
	"encoding/binary"
	"errors"
)

var errShort = errors.New("shorter than its fields")

// A cursor reads big-endian fields off the front of rest. The first read past the end
// sets err; from then on every read gives zero.
type cursor struct {
	rest []byte
	err  error
}

// take returns the next n bytes, or nil if there are fewer.
func (c *cursor) take(n int) []byte {
	if c.err != nil || n < 0 || n > len(c.rest) {
		c.err = errShort
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// fullBox reads the version and the 24 bits of flags that open a full box.
func (c *cursor) fullBox() (version uint8, flags uint32) {
	v := c.u32()
	return uint8(v >> 24), v & 0xffffff
}

// optional reads a 32-bit field that is there only if flags has the bit, else gives
// otherwise.
func (c *cursor) optional(flags, bit, otherwise uint32) uint32 {
	if flags&bit == 0 {
		return otherwise
	}
	return c.u32()
}
