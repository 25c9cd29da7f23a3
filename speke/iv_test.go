package speke_test

import (
	"bytes"
	"crypto/aes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// The IV stands in playlists and manifests. It is the key in none of the ways in which one
// would make an IV of a key, and another key under the same KID has the same IV: so it tells
// nothing of the key.
func TestLawAnExplicitIVTellsNothingOfTheKey(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		kid := keyplan.KID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "kid"))
		scheme := rapid.SampledFrom([]keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS}).Draw(r, "scheme")
		key := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "key")
		iv := keyplan.ExplicitIV(kid, scheme)
		if (iv != nil) != (scheme == keyplan.CBCS) {
			r.Fatalf("an IV of %d bytes for %s", len(iv), scheme)
		}
		for name, derived := range fromKey(key, kid) {
			if iv != nil && bytes.Equal(iv, derived) {
				r.Fatalf("the IV is %s", name)
			}
		}
	})
}

// fromKey are 16 bytes in the ways in which servers are known to make them of a key.
func fromKey(key []byte, kid keyplan.KID) map[string][]byte {
	block, _ := aes.NewCipher(key) // 16 bytes are a key
	var encrypted [16]byte
	block.Encrypt(encrypted[:], kid[:])
	both := append(bytes.Clone(key), kid[:]...)
	m, s, l, x := md5.Sum(key), sha1.Sum(key), sha256.Sum256(key), sha512.Sum512(key)
	md, sh := md5.Sum(both), sha256.Sum256(both)
	return map[string][]byte{
		"the key": key, "its MD5": m[:], "its SHA-1": s[:16], "its SHA-256": l[:16], "its SHA-512": x[:16],
		"the MD5 of key and KID": md[:], "the SHA-256 of key and KID": sh[:16], "the KID under the key": encrypted[:],
	}
}

func TestAnswersHoldNoKeyAsIVUnderAnyScheme(t *testing.T) {
	for _, scheme := range []string{"cbcs", "cenc"} {
		p := start(t, setup{source: source.Random{}})
		for _, key := range p.answered(edit(t, valid, `"cbcs"`, `"`+scheme+`"`)).ContentKeys {
			iv, err := cpix.DecodeBase64(key.ExplicitIV.Value)
			if err != nil || (len(iv) == 16) != (scheme == "cbcs") || bytes.Equal(iv, key.Key()) {
				t.Errorf("%s: an IV of %d bytes, %v", scheme, len(iv), err)
			}
		}
	}
}

// Two sources that give one KID to two keys get one IV: it is made of the KID alone.
func TestTheIVFollowsTheKIDAlone(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.KID = keyplan.Adopt
	var ivs []string
	var keys []string
	for range 2 {
		p := start(t, setup{channels: []speke.Channel{ch}, source: source.Random{}})
		key := p.answered(valid).ContentKeys[0]
		ivs, keys = append(ivs, key.ExplicitIV.Value), append(keys, string(key.Key()))
	}
	if ivs[0] != ivs[1] || keys[0] == keys[1] {
		t.Error("the IV changes with the key")
	}
}
