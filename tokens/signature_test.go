package tokens_test

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// openssl, a second implementation, takes the signature of each algorithm and no changed one.
func TestAnIndependentVerifierTakesEachAlgorithm(t *testing.T) {
	for _, tc := range []struct {
		algorithm tokens.Algorithm
		key       keyplan.Secret
		public    any
	}{
		{tokens.HS256, hmacKey, nil},
		{tokens.RS256, pkcs8(rsaKey()), rsaKey().Public()},
		{tokens.ES256, pkcs8(ecKey()), ecKey().Public()},
		{tokens.EdDSA, pkcs8(ed25519Key), ed25519Key.Public()},
	} {
		t.Run(string(tc.algorithm), func(t *testing.T) {
			section := allFormats()
			section.Signing["pair"] = oneKey(tc.algorithm, tc.key)
			section.Signing["hmac"] = tokens.SigningConfig{Algorithm: tokens.HS256, Keys: []tokens.SigningKeyConfig{{Key: hmacKey}}}
			token := newStudio(t, halfMinutes()).issueWith(t, section, tokens.Request{Format: "partner"}).Token
			if want := `{"alg":"` + string(tc.algorithm) + `","typ":"JWT","kid":"one"}`; header(t, token) != want {
				t.Errorf("header %s, want %s", header(t, token), want)
			}
			v := verifier{t, tc.algorithm, tc.public}
			i := strings.LastIndexByte(token, '.')
			if signature := must(base64.RawURLEncoding.DecodeString(token[i+1:])); !v.takes(token[:i], signature) {
				t.Error("the signature is refused")
			} else if v.takes(token[:i]+"A", signature) {
				t.Error("another text has the same signature")
			}
		})
	}
}

// A verifier verifies by the program openssl.
type verifier struct {
	t         *testing.T
	algorithm tokens.Algorithm
	public    any // nil: HMAC under hmacKey
}

func (v verifier) takes(signed string, signature []byte) bool {
	v.t.Helper()
	file := v.write("signed", []byte(signed))
	if v.public == nil {
		key := must(base64.StdEncoding.DecodeString(string(hmacKey.Reveal())))
		mac := v.openssl("dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString(key), "-binary", file)
		return string(mac) == string(signature)
	}
	if v.algorithm == tokens.ES256 { // r and s, as openssl has them
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		signature = must(asn1.Marshal(struct{ R, S *big.Int }{r, s}))
	}
	key := v.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(v.public))}))
	args := []string{"pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", file, "-sigfile", v.write("signature", signature)}
	if v.algorithm != tokens.EdDSA {
		args = append(args, "-digest", "sha256")
	}
	return strings.Contains(string(v.openssl(args...)), "Signature Verified Successfully")
}

func (v verifier) write(name string, text []byte) string {
	path := filepath.Join(v.t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// openssl gives what the program prints, also if it fails, as it does for a wrong signature.
func (v verifier) openssl(args ...string) []byte {
	v.t.Helper()
	out, err := exec.CommandContext(v.t.Context(), "openssl", args...).Output()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		v.t.Fatal(err)
	}
	return out
}
