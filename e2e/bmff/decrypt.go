package bmff

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Decrypt returns the sample's bytes in the clear, and how many of them were
// encrypted. key is 16 bytes. A wrong key gives wrong bytes, not an error.
func (s Sample) Decrypt(scheme keyplan.Scheme, key keyplan.Secret) (clear []byte, deciphered int, err error) {
	clear = append(clear, s.Data...)
	if !s.Protection.Protected {
		return clear, 0, nil
	}
	block, err := aes.NewCipher(key.Reveal())
	if err != nil {
		return nil, 0, errors.New("a content key is 16 bytes")
	}
	subsamples := s.Subsamples
	if subsamples == nil {
		subsamples = []Subsample{{Protected: len(clear)}}
	}
	decipher, rest := newDecipherer(scheme, block, s.IV), clear
	for _, sub := range subsamples {
		if sub.Clear+sub.Protected > len(rest) {
			return nil, 0, fmt.Errorf("subsample: %w", errShort)
		}
		if scheme == keyplan.CBCS { // the constant IV begins anew (ISO/IEC 23001-7, 9.5.1)
			decipher = newDecipherer(scheme, block, s.IV)
		}
		deciphered += s.decryptRange(rest[sub.Clear:sub.Clear+sub.Protected], decipher)
		rest = rest[sub.Clear+sub.Protected:]
	}
	return clear, deciphered, nil
}

// decryptRange deciphers a subsample's protected bytes in place, following the
// pattern, and returns how many of them were encrypted.
func (s Sample) decryptRange(b []byte, d decipherer) int {
	if s.Protection.Crypt == 0 {
		b = b[:len(b)-len(b)%d.unit]
		d.run(b)
		return len(b)
	}
	n := 0
	for len(b) >= aes.BlockSize {
		part := b[:min(s.Protection.Crypt*aes.BlockSize, len(b)/aes.BlockSize*aes.BlockSize)]
		d.run(part)
		n += len(part)
		b = b[min((s.Protection.Crypt+s.Protection.Skip)*aes.BlockSize, len(b)):]
	}
	return n
}

// A decipherer deciphers one run of bytes after the other, each a multiple of unit.
// Only cenc takes any length; the others leave an incomplete block clear, cens in
// tracks without a pattern too (ISO/IEC 23001-7, 9.7).
type decipherer struct {
	unit int
	run  func([]byte)
}

func newDecipherer(scheme keyplan.Scheme, block cipher.Block, iv []byte) decipherer {
	var full [aes.BlockSize]byte // an IV of 8 bytes is followed by a counter at 0
	copy(full[:], iv)
	if scheme == keyplan.CBC1 || scheme == keyplan.CBCS {
		chain := cipher.NewCBCDecrypter(block, full[:])
		return decipherer{aes.BlockSize, func(b []byte) { chain.CryptBlocks(b, b) }}
	}
	stream := cipher.NewCTR(block, full[:])
	unit := 1
	if scheme == keyplan.CENS {
		unit = aes.BlockSize
	}
	return decipherer{unit, func(b []byte) { stream.XORKeyStream(b, b) }}
}
