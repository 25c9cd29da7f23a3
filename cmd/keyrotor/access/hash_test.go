package access_test

import (
	"encoding/base64"
	"testing"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

func TestHashIsSHA256InHex(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := access.Hash("abc"); got != want {
		t.Errorf("got %s", got)
	}
}

func TestGeneratesAre32BytesAndDiffer(t *testing.T) {
	a, b := access.Generate(), access.Generate()
	raw, err := base64.RawURLEncoding.DecodeString(a)
	if err != nil || len(raw) != 32 {
		t.Errorf("got %d bytes, %v", len(raw), err)
	}
	if a == b {
		t.Error("the same twice")
	}
}
