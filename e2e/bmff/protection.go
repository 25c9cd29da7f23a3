package bmff

import (
	"errors"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Protection says how a sample is encrypted: the fields that a track's tenc box and
// a sample group's seig entry share (ISO/IEC 23001-7, 6 and 8.2).
type Protection struct {
	// Protected is false for a clear lead, where the other fields mean nothing.
	Protected bool
	KID       keyplan.KID
	// IVSize is how many bytes of IV each sample brings: 8, 16, or 0 where ConstantIV
	// (8 or 16 bytes) holds for all.
	IVSize     int
	ConstantIV []byte
	// Crypt and Skip are the pattern in blocks of 16 bytes: 1 and 9 for cbcs video.
	// Both 0 means that every block is encrypted.
	Crypt, Skip int
}

var errIVSize = errors.New("the IV is neither 8 nor 16 bytes")

// parseTenc reads the body of a tenc box.
func parseTenc(body []byte) (Protection, error) {
	c := cursor{rest: body}
	version, _ := c.fullBox()
	c.u8() // reserved
	p, err := parseProtection(&c)
	if version == 0 {
		p.Crypt, p.Skip = 0, 0
	}
	if err != nil {
		return p, fmt.Errorf("tenc: %w", err)
	}
	return p, nil
}

// parseSeig reads a CencSampleEncryptionInformationGroupEntry.
func parseSeig(entry []byte) (Protection, error) {
	c := cursor{rest: entry}
	c.u8() // reserved
	p, err := parseProtection(&c)
	if err != nil {
		return p, fmt.Errorf("seig: %w", err)
	}
	return p, nil
}

func parseProtection(c *cursor) (Protection, error) {
	var p Protection
	pattern := c.u8()
	p.Crypt, p.Skip = int(pattern>>4), int(pattern&0xf)
	p.Protected = c.u8() == 1
	p.IVSize = int(c.u8())
	copy(p.KID[:], c.take(len(p.KID)))
	constant := p.Protected && p.IVSize == 0
	if constant {
		p.ConstantIV = c.take(int(c.u8()))
	}
	switch {
	case c.err != nil:
		return p, c.err
	case constant && !ivLength(len(p.ConstantIV)), p.IVSize != 0 && !ivLength(p.IVSize):
		return p, errIVSize
	}
	return p, nil
}

func ivLength(n int) bool { return n == 8 || n == 16 }
