package cpix_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

const opening = `<?xml version="1.0" encoding="UTF-8"?><cpix:CPIX xmlns:cpix="urn:dashif:org:cpix"`

func TestOnlyNamespacesThatAreUsedAreDeclared(t *testing.T) {
	for want, doc := range map[string]*cpix.Document{
		`></cpix:CPIX>`: {},
		`><cpix:ContentKeyList><cpix:ContentKey/></cpix:ContentKeyList></cpix:CPIX>`: {ContentKeys: []*cpix.ContentKey{{}}},
		` xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"><cpix:ContentKeyList><cpix:ContentKey><cpix:Data><pskc:Secret>` +
			`<pskc:PlainValue>AAECAwQFBgcICQoLDA0ODw==</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey></cpix:ContentKeyList></cpix:CPIX>`: {
			ContentKeys: []*cpix.ContentKey{{Key: secret([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})}},
		},
		` xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><cpix:DeliveryDataList><cpix:DeliveryData><cpix:DeliveryKey><ds:X509Data>` +
			`<ds:X509Certificate>MIIC</ds:X509Certificate></ds:X509Data></cpix:DeliveryKey></cpix:DeliveryData></cpix:DeliveryDataList></cpix:CPIX>`: {
			DeliveryData: []*cpix.DeliveryData{{Certificates: []string{"MIIC"}}},
		},
	} {
		if diff := cmp.Diff(opening+want, string(doc.Append(nil))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}

func TestTheIDIsWrittenOnlyWithoutAVersion(t *testing.T) {
	doc := &cpix.Document{ContentID: cpix.NewText("a"), ID: cpix.NewText("b")}
	if diff := cmp.Diff(opening+` contentId="a" id="b"></cpix:CPIX>`, string(doc.Append(nil))); diff != "" {
		t.Errorf("SPEKE 1.0: -want +got\n%s", diff)
	}
	doc.Version = cpix.NewText("2.3")
	if diff := cmp.Diff(opening+` contentId="a" version="2.3"></cpix:CPIX>`, string(doc.Append(nil))); diff != "" {
		t.Errorf("SPEKE 2.0: -want +got\n%s", diff)
	}
}

func TestElementsOfSPEKE10AreWrittenOnlyWithoutAVersion(t *testing.T) {
	doc := &cpix.Document{DRMSystems: []*cpix.DRMSystem{{
		PSSH: cpix.NewText("AA=="), KeyFormat: cpix.NewText("AQ=="), KeyFormatVersions: cpix.NewText(""), ProtectionHeader: cpix.NewText("Ag=="),
	}}}
	const before, after = `><cpix:DRMSystemList><cpix:DRMSystem><cpix:PSSH>AA==</cpix:PSSH>`, `</cpix:DRMSystem></cpix:DRMSystemList></cpix:CPIX>`
	want := opening + ` xmlns:speke="urn:aws:amazon:com:speke"` + before +
		`<speke:KeyFormat>AQ==</speke:KeyFormat><speke:KeyFormatVersions/><speke:ProtectionHeader>Ag==</speke:ProtectionHeader>` + after
	if diff := cmp.Diff(want, string(doc.Append(nil))); diff != "" {
		t.Errorf("SPEKE 1.0: -want +got\n%s", diff)
	}
	doc.Version = cpix.NewText("2.3")
	if diff := cmp.Diff(opening+` version="2.3"`+before+after, string(doc.Append(nil))); diff != "" {
		t.Errorf("SPEKE 2.0: -want +got\n%s", diff)
	}
}

func TestWhereThereAreRecipientsNoPlainKeyIsWritten(t *testing.T) {
	plain := &cpix.ContentKey{Key: secret(make([]byte, 16))}
	both := &cpix.ContentKey{Key: secret(make([]byte, 16)), Encrypted: &cpix.EncryptedKey{Cipher: "AA=="}}
	doc := &cpix.Document{DeliveryData: []*cpix.DeliveryData{}, ContentKeys: []*cpix.ContentKey{plain, both}}
	want := opening + ` xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">` +
		`<cpix:DeliveryDataList></cpix:DeliveryDataList><cpix:ContentKeyList><cpix:ContentKey/><cpix:ContentKey><cpix:Data><pskc:Secret>` +
		`<pskc:EncryptedValue><enc:CipherData><enc:CipherValue>AA==</enc:CipherValue></enc:CipherData></pskc:EncryptedValue>` +
		`</pskc:Secret></cpix:Data></cpix:ContentKey></cpix:ContentKeyList></cpix:CPIX>`
	if diff := cmp.Diff(want, string(doc.Append(nil))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	doc.DeliveryData = nil
	if out := string(doc.Append(nil)); strings.Count(out, "PlainValue>") != 4 || strings.Contains(out, "Encrypted") {
		t.Errorf("without recipients: %s", out)
	}
}

func TestWhateverAValueHoldsTheOutputIsWellFormed(t *testing.T) {
	for value, want := range map[string]string{
		`<a href="b">&amp;</a>`:    `<a href="b">&amp;</a>`,
		"]]>":                      "]]>",
		"a\tb\nc\rd":               "a\tb\nc\rd",
		"é🔑\ufffd\ufeff":           "é🔑\ufffd\ufeff",
		"\x00a\x1fb\ufffec\x7f":    "\ufffda\ufffdb\ufffdc\x7f",
		"a\xffb\xed\xa0\x80\xf0":   "a\ufffdb\ufffd\ufffd\ufffd\ufffd",
		"'":                        "'",
		strings.Repeat("<>&\"", 9): strings.Repeat("<>&\"", 9),
	} {
		doc := &cpix.Document{
			ContentID:  cpix.NewText(value),
			DRMSystems: []*cpix.DRMSystem{{PSSH: cpix.NewText(value)}},
		}
		out := doc.Append(nil)
		requireWellFormed(t, out)
		read := mustRead(t, string(out))
		if read.ContentID.Value != want || read.DRMSystems[0].PSSH.Value != want {
			t.Errorf("%q reads back as %q", value, read.ContentID.Value)
		}
	}
}

func TestAppendKeepsWhatIsThereAlready(t *testing.T) {
	doc := answer(1, 1)
	if got, want := string(doc.Append([]byte("before"))), "before"+string(doc.Append(nil)); got != want {
		t.Errorf("got %q", got)
	}
}
