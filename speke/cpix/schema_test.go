package cpix_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// validate holds documents to the schema, all at once, and gives what xmllint says.
func validate(t *testing.T, docs map[string][]byte) (string, error) {
	t.Helper()
	folder := t.TempDir()
	args := []string{"--noout", "--nonet", "--relaxng", "testdata/cpix.rng"}
	for name, doc := range docs {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	out, err := exec.CommandContext(t.Context(), "xmllint", args...).CombinedOutput()
	return string(out), err
}

func requireValid(t *testing.T, docs map[string][]byte) {
	t.Helper()
	out, err := validate(t, docs)
	if n := strings.Count(out, " validates\n"); err != nil || n != len(docs) {
		t.Errorf("%d of %d documents are valid: %v\n%s", n, len(docs), err, out)
	}
}

// The documents are those of the golden files, which show of ciphertext but how long it is.
func TestEveryGoldenDocumentIsValid(t *testing.T) {
	docs := map[string][]byte{}
	requests, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(requests) == 0 {
		t.Fatalf("no requests: %v", err)
	}
	for _, request := range requests {
		data, err := os.ReadFile(request)
		if err != nil {
			t.Fatal(err)
		}
		docs[filepath.Base(request)] = mustRead(t, string(data)).Append(nil)
	}
	for _, version := range []cpix.Text{{}, cpix.NewText("2.3"), cpix.NewText("2.4")} {
		two := recipients(t)
		doc, _ := addressed(2, two[0], two[1])
		doc.Version = version
		if err := doc.Encrypt(rand.NewChaCha8([32]byte{})); err != nil {
			t.Fatal(err)
		}
		docs["encrypted "+version.Value] = doc.Append(nil)
	}
	requireValid(t, docs)
}

func TestWhateverIsWrittenOfSoundValuesIsValid(t *testing.T) {
	drawn := rapid.Custom(func(rt *rapid.T) *cpix.Document { return shape{rt}.document() })
	docs := map[string][]byte{}
	for seed := range 100 {
		doc := drawn.Example(seed)
		sound(doc)
		docs[fmt.Sprintf("example %d", seed)] = doc.Append(nil)
	}
	requireValid(t, docs)
}

func TestTheSchemaRefusesWhatIsNeverWritten(t *testing.T) {
	const key, uuid = `<ContentKey kid="98ee5596-cd3e-a20d-163a-e382420c6eff">`, "98ee5596-cd3e-a20d-163a-e382420c6eff"
	secret := func(content string) string {
		return key + `<Data><p:Secret xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc">` + content + "</p:Secret></Data></ContentKey>"
	}
	plain := "<ContentKeyList>" + secret("<p:PlainValue>AAAA</p:PlainValue>") + "</ContentKeyList>"
	if out, err := validate(t, map[string][]byte{"as it is": []byte(root("", plain))}); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, doc := range map[string]string{
		"lists in another order":           root("", "<DRMSystemList/><ContentKeyList/>"),
		"a list twice":                     root("", "<ContentKeyList/><ContentKeyList/>"),
		"a key without KID":                root("", "<ContentKeyList><ContentKey/></ContentKeyList>"),
		"a KID in braces":                  root("", strings.Replace(plain, uuid, "{"+uuid+"}", 1)),
		"an unknown scheme":                root("", strings.Replace(plain, uuid+`"`, uuid+`" commonEncryptionScheme="aes"`, 1)),
		"a key that is no base64":          root("", strings.Replace(plain, "AAAA", "A-A", 1)),
		"two keys in one":                  root("", "<ContentKeyList>"+secret("<p:PlainValue/><p:PlainValue/>")+"</ContentKeyList>"),
		"a key in the clear to recipients": root("", "<DeliveryDataList/>"+plain),
		"an ID beside the version":         root(`version="2.3" id="a"`, plain),
		"elements of 1.0 in 2.x":           root(`version="2.3"`, `<DRMSystemList><DRMSystem kid="`+uuid+`" systemId="`+uuid+`"><KeyFormat xmlns="urn:aws:amazon:com:speke"/></DRMSystem></DRMSystemList>`),
		"signaling in another order":       root("", `<DRMSystemList><DRMSystem kid="`+uuid+`" systemId="`+uuid+`"><HLSSignalingData/><PSSH/></DRMSystem></DRMSystemList>`),
		"a system without ID":              root("", `<DRMSystemList><DRMSystem kid="`+uuid+`"/></DRMSystemList>`),
		"a period without ID":              root("", `<ContentKeyPeriodList><ContentKeyPeriod index="1"/></ContentKeyPeriodList>`),
		"an index of 33 bits":              root("", `<ContentKeyPeriodList><ContentKeyPeriod id="p" index="4294967296"/></ContentKeyPeriodList>`),
		"a filter before the period's":     root("", `<ContentKeyUsageRuleList><ContentKeyUsageRule kid="`+uuid+`"><VideoFilter/><KeyPeriodFilter periodId="p"/></ContentKeyUsageRule></ContentKeyUsageRuleList>`),
		"an element that nobody knows":     root("", plain+"<Signature/>"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := validate(t, map[string][]byte{"it": []byte(doc)}); err == nil {
				t.Error("it is valid")
			}
		})
	}
}
