package keyplan

import (
	"crypto/aes"
	"fmt"
)

// KeyCheck is PlayReady's key-check value of a content key (16 bytes): the first 8 bytes of
// AES-128-ECB(key, KID in GUID byte order), by which a player sees that it has the right key
// (PlayReady Header specification, CHECKSUM). It is published in PlayReady headers under
// AESCTR.
func KeyCheck(kid KID, key Secret) ([]byte, error) {
	block, err := aes.NewCipher(key.Reveal())
	if err != nil {
		return nil, fmt.Errorf("key-check value: %w", err)
	}
	guid := kid.GUID()
	var sum [aes.BlockSize]byte
	block.Encrypt(sum[:], guid[:])
	return sum[:8], nil
}

// GUID is the KID in the byte order of Microsoft's GUIDs: the first three groups reversed.
func (k KID) GUID() [16]byte {
	return [16]byte{k[3], k[2], k[1], k[0], k[5], k[4], k[7], k[6],
		k[8], k[9], k[10], k[11], k[12], k[13], k[14], k[15]}
}
