package cpix_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// encrypted is a document with two keys for two recipients, as written.
func encrypted(t testing.TB) (string, [][]byte) {
	t.Helper()
	two := recipients(t)
	doc, plain := addressed(2, two[0], two[1])
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	return string(doc.Append(nil)), plain
}

func requireKeys(t *testing.T, doc *cpix.Document, plain [][]byte) {
	t.Helper()
	for i, k := range doc.ContentKeys {
		if k.Key == nil || !bytes.Equal(k.Key(), plain[i]) || k.Encrypted != nil {
			t.Errorf("key %d is another", i)
		}
	}
}

func TestEveryRecipientDecryptsWhatWasEncrypted(t *testing.T) {
	data, plain := encrypted(t)
	for _, r := range recipients(t) {
		doc := mustRead(t, data)
		if err := doc.Decrypt(r.private); err != nil {
			t.Fatal(err)
		}
		requireKeys(t, doc, plain)
	}
}

func TestTheMACKeyIsFoundInEverySpelling(t *testing.T) {
	data, plain := encrypted(t)
	spelled := func(opening, closing string, value bool) string {
		before, rest, _ := strings.Cut(data, "<cpix:Key>")
		inside, after, ok := strings.Cut(rest, "</cpix:Key>")
		if !ok {
			t.Fatal("no MAC key")
		}
		if !value {
			inside = strings.NewReplacer("<pskc:EncryptedValue>", "", "</pskc:EncryptedValue>", "").Replace(inside)
		}
		return before + opening + inside + closing + after
	}
	for name, respelled := range map[string]string{
		"Key with EncryptedValue":    data,
		"Key without it":             spelled("<cpix:Key>", "</cpix:Key>", false),
		"MACKey of the schema":       spelled("<pskc:MACKey>", "</pskc:MACKey>", false),
		"MACKey with EncryptedValue": spelled("<cpix:MACKey>", "</cpix:MACKey>", true),
	} {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, respelled)
			if err := doc.Decrypt(recipients(t)[0].private); err != nil {
				t.Fatal(err)
			}
			requireKeys(t, doc, plain)
		})
	}
}

func TestWhatIsForgedOrBrokenIsNotDecrypted(t *testing.T) {
	data, _ := encrypted(t)
	flip := func(s string) string {
		raw := decoded(t, s)
		raw[len(raw)/2] ^= 1
		return base64.StdEncoding.EncodeToString(raw)
	}
	for name, spoil := range map[string]func(to *cpix.DeliveryData, k *cpix.ContentKey){
		"ciphertext":            func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.Cipher = flip(k.Encrypted.Cipher) },
		"ciphertext, none":      func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.Cipher = "" },
		"ciphertext, no base64": func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.Cipher = "!" },
		"MAC":                   func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.MAC.Value = flip(k.Encrypted.MAC.Value) },
		"MAC, cut":              func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.MAC.Value = k.Encrypted.MAC.Value[:44] },
		"MAC, none":             func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.MAC = cpix.Text{} },
		"MAC, no base64":        func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.MAC.Value = "!" },
		"another cipher":        func(_ *cpix.DeliveryData, k *cpix.ContentKey) { k.Encrypted.Method.Value += "x" },
		"no MAC method":         func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.MACMethod = nil },
		"another MAC":           func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.MACMethod.Algorithm.Value += "x" },
		"no MAC key":            func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.MACMethod.Key = nil },
		"broken MAC key": func(to *cpix.DeliveryData, _ *cpix.ContentKey) {
			to.MACMethod.Key.Cipher = flip(to.MACMethod.Key.Cipher)
		},
		"another padding":           func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.MACMethod.Key.Method.Value += "x" },
		"the document key as MAC's": func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.MACMethod.Key = to.DocumentKeys[0].Key },
		"no document key":           func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.DocumentKeys = nil },
		"empty document key":        func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.DocumentKeys[0].Key = nil },
		"broken document key":       func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.DocumentKeys[0].Key.Cipher = "MIIC" },
		"the MAC's as document key": func(to *cpix.DeliveryData, _ *cpix.ContentKey) { to.DocumentKeys[0].Key = to.MACMethod.Key },
		"document key of others": func(to *cpix.DeliveryData, _ *cpix.ContentKey) {
			to.DocumentKeys[0].EncryptsKey = cpix.NewText("another")
		},
		"too many document keys": func(to *cpix.DeliveryData, _ *cpix.ContentKey) {
			for range 64 {
				to.DocumentKeys = append(to.DocumentKeys, to.DocumentKeys[0])
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := mustRead(t, data)
			spoil(doc.DeliveryData[0], doc.ContentKeys[1])
			if err := doc.Decrypt(recipients(t)[0].private); err != cpix.ErrDecrypt {
				t.Errorf("got %v", err)
			}
			if doc.ContentKeys[0].Key != nil || doc.ContentKeys[0].Encrypted == nil {
				t.Error("the document changed")
			}
		})
	}
}

func TestOneWhoIsNotNamedDecryptsNothing(t *testing.T) {
	doc, _ := addressed(1, recipients(t)[0])
	if err := doc.Encrypt(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if err := doc.Decrypt(recipients(t)[1].private); !errors.Is(err, cpix.ErrRecipient) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotEncryptedIsLeftAlone(t *testing.T) {
	doc := answer(1, 1)
	if err := doc.Decrypt(recipients(t)[0].private); err != nil || len(doc.ContentKeys[0].Key()) != 16 {
		t.Errorf("got %v", err)
	}
}

func TestAContentKeyIsDecryptedUnderTheDocumentKeyThatNamesIt(t *testing.T) {
	one, plainOne := encrypted(t)
	other, _ := encrypted(t)
	doc, foreign := mustRead(t, one), mustRead(t, other)
	to := doc.DeliveryData[0]
	wrong := foreign.DeliveryData[0].DocumentKeys[0]
	wrong.EncryptsKey = cpix.NewText("00000000-0000-0000-0000-000000000000")
	to.DocumentKeys[0].EncryptsKey = cpix.NewText("11111111-1111-1111-1111-111111111111 98EE5596-CD3E-A20D-163A-E382420C6EFF")
	to.DocumentKeys = []*cpix.DocumentKey{wrong, to.DocumentKeys[0]}
	doc = mustRead(t, string(doc.Append(nil)))
	if err := doc.Decrypt(recipients(t)[0].private); err != nil {
		t.Fatal(err)
	}
	requireKeys(t, doc, plainOne)
}

func FuzzEncryptDecrypt(f *testing.F) {
	two := recipients(f)
	f.Add([]byte("0123456789abcdef"), []byte(""), "live-1")
	f.Add([]byte{0}, make([]byte, 33), "<&>")
	f.Fuzz(func(t *testing.T, first, second []byte, contentID string) {
		doc, _ := addressed(2, two[0], two[1])
		doc.ContentID = cpix.NewText(contentID)
		plain := [][]byte{first, second}
		for i, k := range doc.ContentKeys {
			if k.Key = nil; len(plain[i]) > 0 {
				k.Key = secret(plain[i])
			}
		}
		if err := doc.Encrypt(rand.Reader); err != nil {
			t.Fatal(err)
		}
		out := doc.Append(nil)
		requireWellFormed(t, out)
		read := mustRead(t, string(out))
		if err := read.Decrypt(two[1].private); err != nil {
			t.Fatal(err)
		}
		for i, k := range read.ContentKeys {
			if (k.Key == nil) != (len(plain[i]) == 0) || k.Key != nil && !bytes.Equal(k.Key(), plain[i]) {
				t.Errorf("key %d is another", i)
			}
		}
	})
}
