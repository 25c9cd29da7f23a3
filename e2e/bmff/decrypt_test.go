package bmff_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/e2e/bmff"
	"github.com/keyrotor/keyrotor/keyplan"
)

// Law: what is encrypted block by block, as the standard's text says, deciphers to
// itself, and the count is that of the encrypted bytes.
func TestDecryptUndoesEveryScheme(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scheme := rapid.SampledFrom([]keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS}).Draw(t, "scheme")
		key := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key")
		s := bmff.Sample{IV: rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "iv"), Protection: bmff.Protection{Protected: true}}
		if scheme == keyplan.CENS || scheme == keyplan.CBCS {
			s.Protection.Crypt = rapid.IntRange(1, 9).Draw(t, "crypt")
			s.Protection.Skip = rapid.IntRange(0, 9).Draw(t, "skip")
		}
		clear := drawSubsamples(t, &s, scheme)
		encrypted, want := encrypt(s, scheme, key, clear)
		s.Data = encrypted

		got, n, err := s.Decrypt(scheme, keyplan.NewSecret(key))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, clear) || n != want {
			t.Fatalf("%d of %d bytes deciphered, want %d; same as before: %v", n, len(clear), want, bytes.Equal(got, clear))
		}
	})
}

// drawSubsamples fills s.Subsamples and gives a sample's clear bytes. In cbc1 protected
// ranges are whole blocks, as the standard demands.
func drawSubsamples(t *rapid.T, s *bmff.Sample, scheme keyplan.Scheme) []byte {
	total := 0
	for range rapid.IntRange(1, 3).Draw(t, "subsamples") {
		sub := bmff.Subsample{Clear: rapid.IntRange(0, 20).Draw(t, "clear"), Protected: rapid.IntRange(0, 400).Draw(t, "protected")}
		if scheme == keyplan.CBC1 {
			sub.Protected -= sub.Protected % aes.BlockSize
		}
		total += sub.Clear + sub.Protected
		s.Subsamples = append(s.Subsamples, sub)
	}
	return rapid.SliceOfN(rapid.Byte(), total, total).Draw(t, "data")
}

// encrypt is the slow and plain way: byte after byte it decides whether the byte is
// encrypted, gathers those, and enciphers the gathered ones in one go.
func encrypt(s bmff.Sample, scheme keyplan.Scheme, key, clear []byte) (out []byte, count int) {
	out = bytes.Clone(clear)
	var places []int
	flush := func() {
		gathered := make([]byte, len(places))
		for i, at := range places {
			gathered[i] = out[at]
		}
		encipher(scheme, key, s.IV, gathered)
		for i, at := range places {
			out[at] = gathered[i]
		}
		count += len(places)
		places = nil
	}
	start := 0
	for _, sub := range s.Subsamples {
		start += sub.Clear
		for i := range sub.Protected {
			if encryptedByte(s.Protection, i, sub.Protected) {
				places = append(places, start+i)
			}
		}
		start += sub.Protected
		if scheme == keyplan.CBCS {
			flush()
		}
	}
	flush()
	return out, count
}

// encryptedByte reports whether byte i of a protected range of n bytes is encrypted.
func encryptedByte(p bmff.Protection, i, n int) bool {
	if p.Crypt == 0 {
		return true
	}
	block := i / aes.BlockSize
	return (block+1)*aes.BlockSize <= n && block%(p.Crypt+p.Skip) < p.Crypt
}

func encipher(scheme keyplan.Scheme, key, iv, b []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	if scheme == keyplan.CENC || scheme == keyplan.CENS {
		cipher.NewCTR(block, iv).XORKeyStream(b, b)
		return
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(b, b)
}

func TestAKeyOfTheWrongLengthIsRefusedWithoutShowingIt(t *testing.T) {
	s := bmff.Sample{Data: make([]byte, 16), IV: make([]byte, 16), Protection: bmff.Protection{Protected: true}}
	_, _, err := s.Decrypt(keyplan.CENC, keyplan.NewSecret([]byte("not sixteen")))
	if err == nil || err.Error() != "a content key is 16 bytes" {
		t.Errorf("error %v", err)
	}
}
