package speke_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

func read(t *testing.T, document string) *cpix.Document {
	t.Helper()
	doc, err := cpix.Read([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestEachKeyIsThatOfItsTrackAndPeriod(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(valid)
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
	p.requireKey(doc.ContentKeys[1], keyplan.KeyRef{Start: noon, Track: "AUDIO", Scheme: keyplan.CBCS})
}

func TestAKeyIsThatOfItsScheme(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(edit(t, valid, `"cbcs"`, `"cenc"`))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CENC})
}

func TestTheKIDIsOverriddenWhereverItStands(t *testing.T) {
	p := start(t, setup{})
	upper := strings.NewReplacer(videoKID, "abcdefab-1111-4111-8111-111111111111").Replace(valid)
	upper = edit(t, upper, `DRMSystem kid="abcdefab`, `DRMSystem kid="ABCDEFAB`, `UsageRule kid="abcdefab`, `UsageRule kid="AbcdefaB`)
	got := p.post("2.0", upper)
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if strings.Contains(strings.ToLower(got.body), "abcdefab-1111") {
		t.Error("the packager's KID is still there")
	}
	doc := read(t, got.body)
	ours := doc.ContentKeys[0].KID
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
	if doc.DRMSystems[0].KID != ours || doc.UsageRules[0].KID != ours {
		t.Errorf("KID %v, DRM system %v, rule %v", ours, doc.DRMSystems[0].KID, doc.UsageRules[0].KID)
	}
	kid, err := keyplan.ParseKID(ours.Value)
	if err != nil {
		t.Fatal(err)
	}
	box, err := base64.StdEncoding.DecodeString(doc.DRMSystems[0].PSSH.Value)
	if err != nil || !bytes.Contains(box, kid[:]) {
		t.Errorf("the PSSH does not name KID %s: %v", kid, err)
	}
}

func TestWhatThePackagerDecidesStaysAsItCame(t *testing.T) {
	p := start(t, setup{})
	asked := edit(t, valid, "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "EDEF8BA9-79d6-4ace-A3C8-27dcd51d21ed", `index="2953944"`, `index="0002953944"`)
	got, want := p.answered(asked), read(t, asked)
	kids := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".KID" }, cmp.Ignore())
	for _, diff := range []string{
		cmp.Diff(want.ContentID, got.ContentID), cmp.Diff(want.Version, got.Version),
		cmp.Diff(want.Periods, got.Periods), cmp.Diff(want.UsageRules, got.UsageRules, kids),
		cmp.Diff(want.ContentKeys, got.ContentKeys, kids, cmpopts.IgnoreFields(cpix.ContentKey{}, "Key", "ExplicitIV")),
		cmp.Diff(want.DRMSystems[0].SystemID, got.DRMSystems[0].SystemID),
		cmp.Diff(want.DRMSystems[1].SystemID, got.DRMSystems[1].SystemID),
	} {
		if diff != "" {
			t.Errorf("-asked +answered\n%s", diff)
		}
	}
}

func TestTheExplicitIVIsThePackagersOrMadeFromTheKID(t *testing.T) {
	const theirs = "AAECAwQFBgcICQoLDA0ODw=="
	p := start(t, setup{})
	made := func(doc *cpix.Document) cpix.Text {
		kid, err := hex.DecodeString(strings.ReplaceAll(doc.ContentKeys[0].KID.Value, "-", ""))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(append([]byte("keyrotor explicitIV\x00"), kid...))
		return cpix.NewText(base64.StdEncoding.EncodeToString(sum[:16]))
	}
	for _, tc := range []struct {
		name, scheme, attribute string
		want                    func(*cpix.Document) cpix.Text
	}{
		{"cbcs has one of ours", "cbcs", "", made},
		{"cbcs with an empty one has one of ours", "cbcs", ` explicitIV=""`, made},
		{"cbcs with the packager's", "cbcs", ` explicitIV="` + theirs + `"`, func(*cpix.Document) cpix.Text { return cpix.NewText(theirs) }},
		{"cenc has none", "cenc", "", func(*cpix.Document) cpix.Text { return cpix.Text{} }},
		{"cenc with the packager's", "cenc", ` explicitIV="` + theirs + `"`, func(*cpix.Document) cpix.Text { return cpix.NewText(theirs) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc := p.answered(edit(t, valid, `"cbcs"/>`, `"`+tc.scheme+`"/>`, `(ContentKey kid="1[^"]*")`, "$1"+tc.attribute))
			if diff := cmp.Diff(tc.want(doc), doc.ContentKeys[0].ExplicitIV); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestAKeyOrHDCPDataInTheRequestIsNotAnswered(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(edit(t, valid, `(kid="1[^"]*" commonEncryptionScheme="cbcs")/>`, `$1><cpix:HDCPData HLSHDCPLevel="TYPE-1"/>`+
		`<cpix:Data><pskc:Secret><pskc:PlainValue>AAECAwQFBgcICQoLDA0ODw==</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>`))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
	if doc.ContentKeys[0].HDCP != nil {
		t.Error("HDCP data, which this version does not have, came back unfilled")
	}
}

func TestARuleWithoutFilterIsForTheOnlyPeriod(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(edit(t, valid, `<cpix:KeyPeriodFilter periodId="now"/>`, ""))
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
	if n := len(doc.UsageRules[0].KeyPeriodFilters); n != 0 {
		t.Errorf("%d filters were added", n)
	}
}

func TestAPeriodThatNoKeyIsForNeedsNoEntry(t *testing.T) {
	p := start(t, setup{})
	doc := p.answered(edit(t, valid, "</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="other" index="1"/></cpix:ContentKeyPeriodList>`))
	if len(doc.Periods) != 2 {
		t.Errorf("%d periods came back", len(doc.Periods))
	}
}

// requireWhole refuses an answer in which a key is missing, or a KID that no key has.
func requireWhole(t *testing.T, doc *cpix.Document) {
	t.Helper()
	kids := map[string]bool{}
	for _, key := range doc.ContentKeys {
		if key.Key == nil || len(key.Key()) != 16 {
			t.Errorf("KID %s has no key of 16 bytes", key.KID.Value)
		}
		kids[key.KID.Value] = true
	}
	for _, system := range doc.DRMSystems {
		if !kids[system.KID.Value] {
			t.Errorf("a DRM system names KID %q", system.KID.Value)
		}
	}
	for _, rule := range doc.UsageRules {
		if !kids[rule.KID.Value] {
			t.Errorf("a usage rule names KID %q", rule.KID.Value)
		}
	}
}
