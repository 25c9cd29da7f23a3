package cpix_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

func TestWhatIsAbsentIsToldFromWhatIsEmpty(t *testing.T) {
	absent := mustRead(t, root("", "<DRMSystemList><DRMSystem/></DRMSystemList>"))
	want := &cpix.Document{DRMSystems: []*cpix.DRMSystem{{}}}
	if diff := cmp.Diff(want, absent); diff != "" {
		t.Errorf("absent: -want +got\n%s", diff)
	}
	empty := mustRead(t, root(`contentId="" version="" id=""`, `<ContentKeyList/><DRMSystemList><DRMSystem kid="" systemId="" HLSAllowedCPC="">`+
		`<PSSH/><ContentProtectionData/><URIExtXKey/><HLSSignalingData/><SmoothStreamingProtectionHeaderData/></DRMSystem></DRMSystemList>`+
		`<ContentKeyUsageRuleList></ContentKeyUsageRuleList><ContentKeyPeriodList/><DeliveryDataList/>`))
	none := cpix.NewText("")
	want = &cpix.Document{
		ContentID: none, Version: none, ID: none,
		DeliveryData: []*cpix.DeliveryData{},
		ContentKeys:  []*cpix.ContentKey{},
		DRMSystems: []*cpix.DRMSystem{{
			KID: none, SystemID: none, HLSAllowedCPC: none, PSSH: none, URIExtXKey: none,
			ContentProtectionData:               &cpix.ContentProtectionData{},
			HLSSignalingData:                    []*cpix.HLSSignalingData{{}},
			SmoothStreamingProtectionHeaderData: none,
		}},
		Periods:    []*cpix.ContentKeyPeriod{},
		UsageRules: []*cpix.ContentKeyUsageRule{},
	}
	if diff := cmp.Diff(want, empty); diff != "" {
		t.Errorf("empty: -want +got\n%s", diff)
	}
}

func TestNamesOutsideTheirNamespaceAreSkipped(t *testing.T) {
	doc := mustRead(t, root(`x:contentId="no" xmlns:x="urn:x"`,
		`<x:ContentKeyList/><other><ContentKeyList/></other><DRMSystemList><x:DRMSystem/><DRMSystem x:kid="no"><x:PSSH/></DRMSystem><PSSH/></DRMSystemList>`+
			`<ContentKeyUsageRuleList><ContentKeyUsageRule><VideoFilter x:hdr="no" hdr="1"/><x:VideoFilter/><DateFilter/></ContentKeyUsageRule></ContentKeyUsageRuleList>`))
	want := &cpix.Document{
		DRMSystems: []*cpix.DRMSystem{{}},
		UsageRules: []*cpix.ContentKeyUsageRule{{
			Filters: []*cpix.Filter{{Kind: "VideoFilter", Attrs: []cpix.Attr{{Name: "hdr", Value: "1"}}}},
		}},
	}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAListInTwoElementsIsOne(t *testing.T) {
	doc := mustRead(t, root("", `<ContentKeyList><ContentKey kid="a"/></ContentKeyList><ContentKeyList><ContentKey kid="b"/></ContentKeyList>`))
	want := []*cpix.ContentKey{{KID: cpix.NewText("a")}, {KID: cpix.NewText("b")}}
	if diff := cmp.Diff(want, doc.ContentKeys); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnEmptyPlainValueIsNoKey(t *testing.T) {
	doc := mustRead(t, root("", `<ContentKeyList><ContentKey><Data><p:Secret xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc"><p:PlainValue> </p:PlainValue></p:Secret></Data></ContentKey></ContentKeyList>`))
	if doc.ContentKeys[0].Key != nil {
		t.Error("there is a key")
	}
}

func TestAPlainValueBesideAnEncryptedOneIsNotRead(t *testing.T) {
	const plain, value = "<p:PlainValue>AAEC</p:PlainValue>", "<p:EncryptedValue><e:CipherData><e:CipherValue>AwQF</e:CipherValue></e:CipherData></p:EncryptedValue>"
	for _, secret := range []string{plain + value, value + plain} {
		doc := mustRead(t, root(`xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:e="http://www.w3.org/2001/04/xmlenc#"`,
			"<ContentKeyList><ContentKey><Data><p:Secret>"+secret+"</p:Secret></Data></ContentKey></ContentKeyList>"))
		if k := doc.ContentKeys[0]; k.Key != nil || k.Encrypted == nil || k.Encrypted.Cipher != "AwQF" {
			t.Errorf("%s: encrypted %+v, plain: %t", secret, k.Encrypted, k.Key != nil)
		}
	}
}

func TestPrintingADocumentPrintsNoKey(t *testing.T) {
	doc := &cpix.Document{ContentKeys: []*cpix.ContentKey{{Key: secret([]byte("0123456789abcdef"))}}}
	read := mustRead(t, string(doc.Append(nil)))
	for _, d := range []*cpix.Document{doc, read} {
		key := d.ContentKeys[0]
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			for _, printed := range []string{fmt.Sprintf(verb, d), fmt.Sprintf(verb, key), fmt.Sprintf(verb, *key)} {
				if strings.Contains(printed, "0123") || strings.Contains(printed, "30313233") || strings.Contains(printed, "48 49 50") {
					t.Errorf("%s prints the key", verb)
				}
			}
		}
	}
}
