package speke_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A recipient is who keys are encrypted to.
type recipient struct {
	private *rsa.PrivateKey
	cert    string // base64 of DER
}

func newRecipient(t *testing.T, bits int) recipient {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(4_000_000_000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return recipient{key, base64.StdEncoding.EncodeToString(der)}
}

// delivered is document with recipients by their certificates.
func delivered(document string, certs ...string) string {
	var list strings.Builder
	for _, cert := range certs {
		list.WriteString(`<cpix:DeliveryData><cpix:DeliveryKey><ds:X509Data xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Certificate>` +
			cert + `</ds:X509Certificate></ds:X509Data></cpix:DeliveryKey></cpix:DeliveryData>`)
	}
	return strings.Replace(document, "<cpix:ContentKeyList>", "<cpix:DeliveryDataList>"+list.String()+"</cpix:DeliveryDataList><cpix:ContentKeyList>", 1)
}

func TestEveryRecipientDecryptsTheKeysOfEachVersion(t *testing.T) {
	p := startAll(t, speke.Settings{V1Track: "VIDEO", V1Scheme: keyplan.CBCS})
	two := []recipient{newRecipient(t, 2048), newRecipient(t, 2048)}
	for version, document := range map[string]string{
		"":    v1(widevine),
		"2.0": valid,
		"2.1": edit(t, valid, `version="2.3"`, `version="2.4"`),
	} {
		got := p.post(version, delivered(document, two[0].cert, two[1].cert))
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		p.requireNoKey("an encrypted answer", got.body)
		if strings.Contains(got.body, "PlainValue") {
			t.Errorf("version %q: PlainValue beside encrypted keys", version)
		}
		for i, r := range two {
			doc := read(t, got.body)
			r.requireMACs(t, doc, i)
			if err := doc.Decrypt(r.private); err != nil {
				t.Fatalf("version %q, recipient %d: %v", version, i, err)
			}
			p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
		}
	}
}

// requireMACs lets openssl find the MAC key of the n-th recipient and compute every MAC.
func (r recipient) requireMACs(t *testing.T, doc *cpix.Document, n int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "private.pem")
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(r.private)}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	wrapped := unbase64(t, doc.DeliveryData[n].MACMethod.Key.Cipher)
	key := openssl(t, wrapped, "pkeyutl", "-decrypt", "-inkey", file, "-pkeyopt", "rsa_padding_mode:oaep")
	for i, k := range doc.ContentKeys {
		text := unbase64(t, k.Encrypted.Cipher)
		mac := openssl(t, text, "dgst", "-sha512", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString(key), "-binary")
		if !bytes.Equal(mac, unbase64(t, k.Encrypted.MAC.Value)) {
			t.Errorf("key %d: the MAC is another", i)
		}
	}
}

func openssl(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "openssl", args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v", args[0], err)
	}
	return out
}

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhereARecipientCannotReadNobodyGetsKeys(t *testing.T) {
	p := start(t, setup{})
	good := newRecipient(t, 2048).cert
	for name, certs := range map[string][]string{
		"no recipient":                                 {},
		"a recipient without any":                      {""},
		"a certificate that is none beside a good one": {good, "bm9uZQ=="},
		"a key of 1024 bits":                           {newRecipient(t, 1024).cert},
	} {
		t.Run(name, func(t *testing.T) {
			p.T = t
			p.refused(delivered(valid, certs...), 422, notSupported)
		})
	}
}
