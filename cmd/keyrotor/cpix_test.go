package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

const cpixPath = "/v1/channels/open/cpix?scheme=cbcs"

// certified writes a certificate of key into a file.
func certified(t *testing.T, public, private any) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(4_000_000_000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "recipient.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOperatorsGetCPIXEncryptedAndPackagersPlain(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, "cpix_recipients: ["+certified(t, key.Public(), key)+"]\n"+fixture)
	plain, sealed := s.get(cpixPath, "packager"), s.get(cpixPath, "operator")
	for _, a := range []answer{plain, sealed} {
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/xml" || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", a.status, a.header)
		}
	}
	want, got := document4(t, plain.body), document4(t, sealed.body)
	if strings.Contains(sealed.body, "PlainValue") || len(want.ContentKeys) == 0 {
		t.Fatal("plain keys for an operator, or no keys at all")
	}
	if err := got.Decrypt(key); err != nil {
		t.Fatal(err)
	}
	for i, k := range got.ContentKeys {
		if k.KID != want.ContentKeys[i].KID || string(k.Key()) != string(want.ContentKeys[i].Key()) {
			t.Errorf("key %d is another", i)
		}
	}
}

func document4(t *testing.T, body string) *cpix.Document {
	t.Helper()
	doc, err := cpix.Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestARecipientThatCannotReadIsRefusedAtStart(t *testing.T) {
	elliptic, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"no file": "nowhere.pem", "no certificate": empty,
		"not RSA": certified(t, elliptic.Public(), elliptic), "1024 bits": certified(t, short.Public(), short),
	} {
		config := load(t, "cpix_recipients: ["+file+"]\n"+fixture)
		_, err := keyrotor.NewApp(t.Context(), config, time.Now, keyrotor.NewLogger(config.Log, &logBuffer{}))
		if err == nil || !strings.Contains(err.Error(), "cpix_recipients") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACommandWithItsKeyIsCarriedOutOnce(t *testing.T) {
	s := serve(t, fixture)
	rebind := func(key, body string) answer {
		r := s.request("POST", "/v1/channels/open/rebind", "operator", body)
		r.Header.Set("Idempotency-Key", key)
		return s.send(r)
	}
	first := rebind("a", `{"index":7,"at":"2026-01-02T03:04:05Z"}`)
	if first.status != http.StatusOK {
		t.Fatalf("%d %s", first.status, first.body)
	}
	rebind("b", `{"index":70,"at":"2026-01-02T03:04:05Z"}`)
	if again := rebind("a", `{"index":7,"at":"2026-01-02T03:04:05Z"}`); again.body != first.body {
		t.Errorf("the second time: %s", again.body)
	}
	if b, _ := s.Plan("open").Binding("open"); b.Index != 70 || b.N != 2 {
		t.Errorf("a repeated command was carried out: %+v", b)
	}
}
