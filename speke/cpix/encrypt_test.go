package cpix_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// openssl runs the program of that name, the second implementation.
func openssl(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "openssl", args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", args[0], err, stderr.Bytes())
	}
	return out
}

func decoded(t *testing.T, s string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOpenSSLDecryptsWhatIsEncryptedForEveryRecipient(t *testing.T) {
	two := recipients(t)
	doc, plain := addressed(3, two[0], two[1])
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	out := mustRead(t, string(doc.Append(nil)))
	for i, r := range two {
		file := filepath.Join(t.TempDir(), "private.pem")
		block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(r.private)}
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		unwrap := func(k *cpix.EncryptedKey, size int) string {
			key := openssl(t, decoded(t, k.Cipher), "pkeyutl", "-decrypt", "-inkey", file,
				"-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha1", "-pkeyopt", "rsa_mgf1_md:sha1")
			if len(key) != size {
				t.Errorf("recipient %d: a key of %d bytes, not %d", i, len(key), size)
			}
			return hex.EncodeToString(key)
		}
		to := out.DeliveryData[i]
		documentKey, macKey := unwrap(to.DocumentKeys[0].Key, 32), unwrap(to.MACMethod.Key, 64)
		for n, k := range out.ContentKeys {
			text := decoded(t, k.Encrypted.Cipher)
			if len(text) != 48 {
				t.Errorf("key %d: %d bytes of ciphertext, not 48", n, len(text))
			}
			mac := openssl(t, text, "dgst", "-sha512", "-mac", "HMAC", "-macopt", "hexkey:"+macKey, "-binary")
			if !bytes.Equal(mac, decoded(t, k.Encrypted.MAC.Value)) {
				t.Errorf("key %d: the MAC is another", n)
			}
			key := openssl(t, text[16:], "enc", "-d", "-aes-256-cbc", "-K", documentKey, "-iv", hex.EncodeToString(text[:16]))
			if !bytes.Equal(key, plain[n]) {
				t.Errorf("recipient %d, key %d: decrypted to another", i, n)
			}
		}
	}
}

func TestWhatWasPlainIsNowhereInTheAnswer(t *testing.T) {
	doc, plain := addressed(2, recipients(t)[0])
	check := func(stage string) {
		out := doc.Append(nil)
		for _, key := range plain {
			if bytes.Contains(out, []byte(base64.StdEncoding.EncodeToString(key))) || bytes.Contains(out, []byte("PlainValue")) {
				t.Errorf("%s: a plain key is written", stage)
			}
		}
	}
	check("not encrypted yet")
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	check("encrypted")
	for i, k := range doc.ContentKeys {
		if k.Key != nil || k.Encrypted == nil {
			t.Errorf("key %d is plain, or not encrypted", i)
		}
	}
	if err := doc.Decrypt(recipients(t)[0].private); err != nil {
		t.Fatal(err)
	}
	check("decrypted again")
}

func TestEveryContentKeyHasAnIVOfItsOwn(t *testing.T) {
	doc, _ := addressed(50, recipients(t)[0])
	for _, k := range doc.ContentKeys {
		k.Key = secret(make([]byte, 16))
	}
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, k := range doc.ContentKeys {
		iv := string(decoded(t, k.Encrypted.Cipher)[:16])
		if seen[iv] {
			t.Fatal("an IV comes twice")
		}
		seen[iv] = true
	}
}

func TestEncryptFailsWhenThereIsNoRandomness(t *testing.T) {
	for _, enough := range []int64{0, 31, 95, 96, 120, 150} {
		doc, _ := addressed(1, recipients(t)[0])
		err := doc.Encrypt(io.LimitReader(rand.Reader, enough))
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) || doc.ContentKeys[0].Encrypted != nil {
			t.Errorf("after %d bytes: %v", enough, err)
		}
	}
}

func TestAnAnswerIsSpelledAsItsVersionWants(t *testing.T) {
	for version, algorithm := range map[string]bool{"2.3": true, "2.4": false} {
		doc, _ := addressed(1, recipients(t)[0])
		doc.Version = cpix.NewText(version)
		if err := doc.Encrypt(rand.Reader); err != nil {
			t.Fatal(err)
		}
		got := strings.Contains(string(doc.Append(nil)), `<cpix:DocumentKey Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc">`)
		if got != algorithm {
			t.Errorf("CPIX %s: DocumentKey@Algorithm is there: %t", version, got)
		}
	}
}

// What a request brings of another's keys must not come back as ours.
func TestEncryptReplacesWhatWasEncryptedBefore(t *testing.T) {
	doc, plain := addressed(1, recipients(t)[0])
	old := &cpix.EncryptedKey{Cipher: "b2xk"}
	doc.DeliveryData[0].DocumentKeys = []*cpix.DocumentKey{{Key: old}, {Key: old}}
	doc.ContentKeys = append(doc.ContentKeys, &cpix.ContentKey{Encrypted: old})
	doc.ContentKeys[0].Encrypted = old
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(doc.Append(nil)), "b2xk") || len(doc.DeliveryData[0].DocumentKeys) != 1 {
		t.Error("an old key is still there")
	}
	if err := doc.Decrypt(recipients(t)[0].private); err != nil || !cmp.Equal(plain[0], doc.ContentKeys[0].Key()) {
		t.Errorf("it does not decrypt: %v", err)
	}
}
