package cpix_test

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// What was done to the document before, and that it could not be read to its end, leaves
// nothing behind.
func TestAReaderReadsEachDocumentLikeTheFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var reader cpix.Reader
		for range rapid.IntRange(1, 5).Draw(rt, "documents") {
			data := shape{rt}.document().Append(nil)
			data = data[:len(data)-rapid.SampledFrom([]int{0, 0, 1, len(data) / 2}).Draw(rt, "cut")]
			want, wantErr := cpix.Read(data)
			got, err := reader.Read(data)
			if (err == nil) != (wantErr == nil) {
				rt.Fatalf("%v, and then %v", wantErr, err)
			}
			if diff := cmp.Diff(want, got, keys); diff != "" {
				rt.Fatalf("-first +later\n%s", diff)
			}
			disfigure(got)
		}
	})
}

// disfigure changes a document in the ways in which its owner may.
func disfigure(doc *cpix.Document) {
	if doc == nil {
		return
	}
	slices.Reverse(doc.ContentKeys)
	slices.Reverse(doc.UsageRules)
	for _, s := range doc.DRMSystems {
		s.KID = cpix.NewText("another")
		if len(s.HLSSignalingData) > 1 {
			s.HLSSignalingData = append(s.HLSSignalingData[:0], s.HLSSignalingData[1:]...)
		}
	}
}

func TestStringsOutliveTheDocument(t *testing.T) {
	var reader cpix.Reader
	doc, err := reader.Read([]byte(root(`contentId="the first"`, "")))
	if err != nil {
		t.Fatal(err)
	}
	id := doc.ContentID
	if _, err := reader.Read([]byte(root(`contentId="another"`, ""))); err != nil {
		t.Fatal(err)
	}
	if id.Value != "the first" {
		t.Errorf("it became %q", id.Value)
	}
}

func TestForgetLetsGoOfContentKeys(t *testing.T) {
	var reader cpix.Reader
	doc, err := reader.Read(answer(1, 1).Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	read := bytes.NewBuffer(doc.ContentKeys[0].Key()) // as somebody holds on to it who reads
	kept := weak.Make(read)
	doc.ContentKeys[0].Key = read.Bytes
	doc, read = nil, nil
	reader.Forget()
	if runtime.GC(); kept.Value() != nil {
		t.Error("a key is still there")
	}
	runtime.KeepAlive(&reader)
}

// The text of a document is new each time, its entries are not.
func TestAReaderNeedsNoMoreMemoryForMoreDocuments(t *testing.T) {
	for element, around := range map[string]string{
		"<DeliveryData/>":          "<DeliveryDataList>%</DeliveryDataList>",
		"<DocumentKey/>":           "<DeliveryDataList><DeliveryData>%</DeliveryData></DeliveryDataList>",
		"<ContentKey/>":            "<ContentKeyList>%</ContentKeyList>",
		"<DRMSystem/>":             "<DRMSystemList>%</DRMSystemList>",
		"<ContentProtectionData/>": "<DRMSystemList><DRMSystem>%</DRMSystem></DRMSystemList>",
		"<HLSSignalingData/>":      "<DRMSystemList><DRMSystem>%</DRMSystem></DRMSystemList>",
		"<ContentKeyPeriod/>":      "<ContentKeyPeriodList>%</ContentKeyPeriodList>",
		"<ContentKeyUsageRule/>":   "<ContentKeyUsageRuleList>%</ContentKeyUsageRuleList>",
		"<KeyPeriodFilter/>":       "<ContentKeyUsageRuleList><ContentKeyUsageRule>%</ContentKeyUsageRule></ContentKeyUsageRuleList>",
		"<VideoFilter a=''/>":      "<ContentKeyUsageRuleList><ContentKeyUsageRule>%</ContentKeyUsageRule></ContentKeyUsageRuleList>",
	} {
		var reader cpix.Reader
		data := []byte(root("", strings.ReplaceAll(around, "%", strings.Repeat(element, 200))))
		c := cost{bytes: uint64(len(data)), allocated: again(t, &reader, data)}
		if c.allocated > c.bytes+c.bytes/4+1000 {
			t.Errorf("%s: %d bytes allocated for each document of %d", element, c.allocated, c.bytes)
		}
	}
}

// again gives what reading a document once more allocates.
func again(t *testing.T, reader *cpix.Reader, data []byte) uint64 {
	t.Helper()
	const times = 100
	var before, after runtime.MemStats
	for i := range times {
		if _, err := reader.Read(data); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			runtime.ReadMemStats(&before)
		}
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / (times - 1)
}

func TestAReaderKeepsTheMemoryOfSmallDocumentsOnly(t *testing.T) {
	for size, want := range map[int]bool{100: true, 100_000: false} {
		var reader cpix.Reader
		doc, err := reader.Read([]byte(root(`contentId="`+strings.Repeat("a", size)+`"`, "<DRMSystemList><DRMSystem/></DRMSystemList>")))
		if err != nil {
			t.Fatal(err)
		}
		system := weak.Make(doc.DRMSystems[0])
		reader.Forget()
		runtime.GC()
		if kept := system.Value() != nil; kept != want {
			t.Errorf("%d bytes: its memory is kept: %v", size, kept)
		}
		runtime.KeepAlive(&reader)
	}
}
