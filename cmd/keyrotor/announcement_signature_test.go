package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// openssl, a second implementation, verifies what came over HTTP by the key at
// /.well-known/jwks.json.
func TestAnAnnouncementIsSignedByAPublishedKey(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "{id: open,", "{id: open, announcement: {signing: apps},", 1))
	a := s.get(openAnnouncement, "")
	header, signature, ok := strings.Cut(a.header.Get("X-JWS-Signature"), "..")
	if !ok {
		t.Fatalf("X-JWS-Signature: %q", a.header.Get("X-JWS-Signature"))
	}
	var names struct {
		Alg, KID string
		B64      bool
		Crit     []string
	}
	if err := json.Unmarshal(s.unbase64URL(header), &names); err != nil || names.Alg != "ES256" || names.B64 || len(names.Crit) != 1 || names.Crit[0] != "b64" {
		t.Errorf("%v, header %s", err, s.unbase64URL(header))
	}
	key := s.publishedKey(names.KID)
	if !opensslTakes(t, key, header+"."+a.body, s.unbase64URL(signature)) {
		t.Error("openssl refuses the signature")
	}
	if opensslTakes(t, key, header+"."+strings.Replace(a.body, "VIDEO", "AUDIO", 1), s.unbase64URL(signature)) {
		t.Error("openssl takes the signature of a changed announcement")
	}
	if other := s.get("/v1/channels/closed/announcement", "viewer"); other.header.Get("X-JWS-Signature") != "" {
		t.Error("a channel that says nothing of it is signed")
	}
}

func (s *server) unbase64URL(text string) []byte {
	s.t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		s.t.Fatalf("%q: %v", text, err)
	}
	return b
}

// publishedKey is the one of an ID, which is on P-256.
func (s *server) publishedKey(id string) *ecdsa.PublicKey {
	s.t.Helper()
	var set struct {
		Keys []struct{ KID, Crv, X, Y string }
	}
	s.decode(s.get("/.well-known/jwks.json", ""), &set)
	for _, k := range set.Keys {
		if k.KID != id || k.Crv != "P-256" {
			continue
		}
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, s.unbase64URL(k.X)...), s.unbase64URL(k.Y)...))
		if err != nil {
			s.t.Fatal(err)
		}
		return key
	}
	s.t.Fatalf("no key %q among %v", id, set.Keys)
	return nil
}

// opensslTakes reports whether the program verifies an ES256 signature, r and s of 32 bytes.
func opensslTakes(t *testing.T, key *ecdsa.PublicKey, signed string, signature []byte) bool {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, text := range map[string][]byte{
		"key": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}), "signed": []byte(signed), "signature": der,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "openssl", "dgst", "-sha256", "-verify", "key", "-signature", "signature", "signed")
	cmd.Dir = folder
	out, err := cmd.Output()
	if _, refused := err.(*exec.ExitError); err != nil && !refused {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out)) == "Verified OK"
}
