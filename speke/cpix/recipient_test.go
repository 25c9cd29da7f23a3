package cpix_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A recipient is who content keys are encrypted to.
type recipient struct {
	private *rsa.PrivateKey
	cert    string // base64 of DER
}

// makeRecipients makes two, once for all tests.
var makeRecipients = sync.OnceValues(func() (two [2]recipient, err error) {
	for i := range two {
		if two[i].private, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return two, err
		}
		if two[i].cert, err = certificate(two[i].private); err != nil {
			return two, err
		}
	}
	return two, nil
})

func recipients(t testing.TB) [2]recipient {
	t.Helper()
	two, err := makeRecipients()
	if err != nil {
		t.Fatal(err)
	}
	return two
}

func certificate(key crypto.Signer) (string, error) {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(4_000_000_000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return base64.StdEncoding.EncodeToString(der), err
}

// addressed is an answer to these recipients, not encrypted yet, and its content keys.
func addressed(keys int, to ...recipient) (*cpix.Document, [][]byte) {
	doc := answer(keys, 1)
	doc.DeliveryData = []*cpix.DeliveryData{}
	for _, r := range to {
		doc.DeliveryData = append(doc.DeliveryData, &cpix.DeliveryData{Certificates: []string{r.cert}})
	}
	plain := make([][]byte, keys)
	for i, k := range doc.ContentKeys {
		plain[i] = bytes.Repeat([]byte{byte(i + 1)}, 16)
		k.Key = secret(plain[i])
	}
	return doc, plain
}

func TestContentKeysGoOnlyToRecipientsWhoCanTakeThem(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	certificateOf := func(key crypto.Signer) string {
		cert, err := certificate(key)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	good := recipients(t)[0].cert
	for name, c := range map[string]struct {
		why   string
		certs []string
	}{
		"no base64":         {"not base64", []string{"!"}},
		"no certificate":    {"no X.509", []string{"MIIC"}},
		"half of one":       {"no X.509", []string{good[:len(good)/2]}},
		"an empty one":      {"no X.509", []string{""}},
		"an elliptic curve": {"ECDSA, not RSA", []string{certificateOf(elliptical)}},
		"a short key":       {"1024 bits", []string{certificateOf(small)}},
		"nothing":           {"no certificate", nil},
	} {
		t.Run(name, func(t *testing.T) {
			doc, _ := addressed(1, recipients(t)[0])
			doc.DeliveryData = append(doc.DeliveryData, &cpix.DeliveryData{Certificates: c.certs})
			before := string(doc.Append(nil))
			err := doc.Encrypt(rand.Reader)
			if !errors.Is(err, cpix.ErrRecipient) || !strings.Contains(err.Error(), c.why) || !strings.Contains(err.Error(), "recipient 2 of 2") {
				t.Errorf("want recipient 2 and %q, got: %v", c.why, err)
			}
			if diff := cmp.Diff(before, string(doc.Append(nil))); diff != "" || doc.ContentKeys[0].Key == nil {
				t.Errorf("the document changed: -before +after\n%s", diff)
			}
		})
	}
}

func TestEncryptNeedsARecipientAndAFewAtMost(t *testing.T) {
	for _, n := range []int{0, 65} {
		doc, _ := addressed(1)
		for range n {
			doc.DeliveryData = append(doc.DeliveryData, &cpix.DeliveryData{Certificates: []string{recipients(t)[0].cert}})
		}
		if err := doc.Encrypt(rand.Reader); !errors.Is(err, cpix.ErrRecipient) {
			t.Errorf("%d recipients: %v", n, err)
		}
	}
	if err := answer(1, 1).Encrypt(rand.Reader); !errors.Is(err, cpix.ErrRecipient) {
		t.Errorf("no list of recipients: %v", err)
	}
}
