package cpix_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// hostile are documents made to cost more than they should.
func hostile() map[string]string {
	unterminated := root(`contentId="a"`, `<!-- b --><?c d?><![CDATA[e]]>`+"&amp;<f/>")
	docs := map[string]string{
		"entity bomb":         `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`,
		"long attribute":      root(`contentId="`+strings.Repeat("a", 1_000_000)+`"`, ""),
		"long reference":      root(`contentId="&#`+strings.Repeat("0", 1_000_000)+`65;"`, ""),
		"long name":           "<" + strings.Repeat("a", 1_000_000),
		"many references":     pssh(strings.Repeat("&#65;", 200_000)),
		"many ampersands":     pssh(strings.Repeat("&", 1_000_000)),
		"many elements":       root("", strings.Repeat("<a></a>", 100_000)),
		"many lists":          root("", strings.Repeat("<ContentKeyList><ContentKey/></ContentKeyList>", 20_000)),
		"many systems":        root("", "<DRMSystemList>"+strings.Repeat("<DRMSystem/>", 80_000)+"</DRMSystemList>"),
		"many HLS elements":   root("", "<DRMSystemList><DRMSystem>"+strings.Repeat("<HLSSignalingData/>", 50_000)+"</DRMSystem></DRMSystemList>"),
		"many filters":        root("", "<ContentKeyUsageRuleList><ContentKeyUsageRule>"+strings.Repeat("<KeyPeriodFilter/><VideoFilter/>", 30_000)+"</ContentKeyUsageRule></ContentKeyUsageRuleList>"),
		"many sections":       pssh(strings.Repeat("<![CDATA[a]]>", 70_000)),
		"many comments":       root("", strings.Repeat("<!---->", 100_000)),
		"many attributes":     root("", strings.Repeat("<a "+numbered(64, ` a%d=""`)+"/>", 1_500)),
		"more attributes":     root(numbered(100_000, ` a%d=""`), ""),
		"many prefixed names": root(numbered(63, ` xmlns:a%d="u"`), strings.Repeat("<a0:b/>", 100_000)),
		"more namespaces":     root(numbered(100_000, ` xmlns:a%d="u"`), ""),
		"deep nesting":        strings.Repeat("<a>", 100_000),
		"duplicate attribute": root(strings.Repeat(`a="" `, 1_000), ""),
		"line ends":           root("contentId='"+strings.Repeat("\r", 500_000)+"'", ""),
		"UTF-16":              "\xfe\xff" + strings.Repeat("\u0800", 300_000),
	}
	for _, cut := range []string{"<CPIX", `contentId="a`, "<!-- b", "<?c", "<![CDATA[e", "&amp", "<f", "</CPIX"} {
		docs["cut after "+cut] = unterminated[:strings.Index(unterminated, cut)+len(cut)]
	}
	return docs
}

// readFrugally is Read, held to an allocation of at most 32 bytes for each byte of data; the
// rest is room for what the fuzzing engine allocates at the same time.
func readFrugally(t *testing.T, data []byte) (*cpix.Document, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	doc, err := cpix.Read(data)
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(32*len(data)+256<<10); got > most {
		t.Errorf("%d bytes allocated for a document of %d", got, len(data))
	}
	return doc, err
}

func TestHostileDocumentsAreCheap(t *testing.T) {
	for name, data := range hostile() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := readFrugally(t, []byte(data))
			t.Logf("%d bytes in %v: %v", len(data), time.Since(start), err)
			if took := time.Since(start); took > 10*time.Second { // what is quadratic takes minutes
				t.Errorf("%d bytes take %v", len(data), took)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no requests: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, data := range hostile() {
		f.Add([]byte(data[:min(len(data), 4_000)]))
	}
	f.Add(answer(2, 2).Append(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := readFrugally(t, data)
		if err != nil {
			return
		}
		out := doc.Append(nil)
		requireWellFormed(t, out)
		if doc.Version.Present {
			doc.ID = cpix.Text{}
		}
		if diff := cmp.Diff(doc, mustRead(t, string(out)), keys); diff != "" {
			t.Errorf("-read +read again\n%s", diff)
		}
	})
}
