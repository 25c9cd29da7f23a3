package cpix_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// hostile are documents made to cost more than they should.
func hostile() map[string]string {
	unterminated := root(`contentId="a"`, `<!-- b --><?c d?><![CDATA[e]]>`+"&amp;<f/>")
	docs := map[string]string{
		"entity bomb":          `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`,
		"entities in a circle": `<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>`,
		"entity from a file":   `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>`,
		"long attribute":       root(`contentId="`+strings.Repeat("a", 1_000_000)+`"`, ""),
		"long reference":       root(`contentId="&#`+strings.Repeat("0", 1_000_000)+`65;"`, ""),
		"long name":            "<" + strings.Repeat("a", 1_000_000),
		"long text":            pssh(strings.Repeat("A", 1_000_000)),
		"long brackets":        pssh(strings.Repeat("]", 1_000_000)),
		"many references":      pssh(strings.Repeat("&#65;", 200_000)),
		"many ampersands":      pssh(strings.Repeat("&", 1_000_000)),
		"many elements":        root("", strings.Repeat("<a></a>", 100_000)),
		"many lists":           root("", strings.Repeat("<ContentKeyList><ContentKey/></ContentKeyList>", 20_000)),
		"many keys":            root("", "<ContentKeyList>"+strings.Repeat(`<ContentKey kid="00000000-0000-0000-0000-000000000000"/>`, 17_000)+"</ContentKeyList>"),
		"bare keys":            root("", "<ContentKeyList>"+strings.Repeat("<ContentKey/>", 80_000)+"</ContentKeyList>"),
		"many systems":         root("", "<DRMSystemList>"+strings.Repeat("<DRMSystem/>", 80_000)+"</DRMSystemList>"),
		"many recipients":      root("", "<DeliveryDataList>"+strings.Repeat("<DeliveryData/>", 65_000)+"</DeliveryDataList>"),
		"many document keys":   root("", "<DeliveryDataList><DeliveryData>"+strings.Repeat("<DocumentKey/>", 65_000)+"</DeliveryData></DeliveryDataList>"),
		"many HLS elements":    root("", "<DRMSystemList><DRMSystem>"+strings.Repeat("<HLSSignalingData/>", 50_000)+"</DRMSystem></DRMSystemList>"),
		"many periods":         root("", "<ContentKeyPeriodList>"+strings.Repeat("<ContentKeyPeriod/>", 50_000)+"</ContentKeyPeriodList>"),
		"many filters":         root("", "<ContentKeyUsageRuleList><ContentKeyUsageRule>"+strings.Repeat("<KeyPeriodFilter/><VideoFilter/>", 30_000)+"</ContentKeyUsageRule></ContentKeyUsageRuleList>"),
		"many sections":        pssh(strings.Repeat("<![CDATA[a]]>", 70_000)),
		"many comments":        root("", strings.Repeat("<!---->", 100_000)),
		"one long comment":     root("", "<!--"+strings.Repeat("- ", 500_000)+"-->"),
		"many attributes":      root("", strings.Repeat("<a "+numbered(64, ` a%d=""`)+"/>", 1_500)),
		"more attributes":      root(numbered(80_000, ` a%d=""`), ""),
		"many prefixed names":  root(numbered(63, ` xmlns:a%d="u"`), strings.Repeat("<a0:b/>", 100_000)),
		"more namespaces":      root(numbered(50_000, ` xmlns:a%d="u"`), ""),
		"deep nesting":         strings.Repeat("<a>", 100_000),
		"deep secrets":         root("", "<ContentKeyList><ContentKey><Data xmlns:p='urn:ietf:params:xml:ns:keyprov:pskc'>"+strings.Repeat("<p:Secret>", 90_000)),
		"duplicate attribute":  root(strings.Repeat(`a="" `, 1_000), ""),
		"duplicate IDs":        root("", "<ContentKeyPeriodList>"+strings.Repeat(`<ContentKeyPeriod id="p"/>`, 38_000)+"</ContentKeyPeriodList>"),
		"line ends":            root("contentId='"+strings.Repeat("\r", 500_000)+"'", ""),
		"UTF-16":               "\xfe\xff" + strings.Repeat("\u0800", 300_000),
		"half of UTF-16":       "\xfe\xff" + strings.Repeat("\xd8\x00", 500_000),
	}
	for _, cut := range []string{"<CPIX", `contentId="a`, "<!-- b", "<?c", "<![CDATA[e", "&amp", "<f", "</CPIX"} {
		docs["cut after "+cut] = unterminated[:strings.Index(unterminated, cut)+len(cut)]
	}
	return docs
}

// A cost is what reading a document took.
type cost struct {
	bytes, allocated uint64
	took             time.Duration
}

func measure(data []byte, limit int) (*cpix.Document, cost, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	doc, err := cpix.ReadLimit(data, limit)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return doc, cost{uint64(len(data)), after.TotalAlloc - before.TotalAlloc, took}, err
}

// requireFrugal allows at most 32 bytes for each byte of the document; the rest is room for
// what the fuzzing engine allocates at the same time.
func (c cost) requireFrugal(t *testing.T) {
	t.Helper()
	if c.allocated > 32*c.bytes+256<<10 {
		t.Errorf("%d bytes allocated for a document of %d", c.allocated, c.bytes)
	}
}

// requireFast allows a microsecond for each byte and 100 ms for a busy machine: ten times
// what the race detector makes of it at worst. What is quadratic takes minutes.
func (c cost) requireFast(t *testing.T) {
	t.Helper()
	if most := 100*time.Millisecond + time.Duration(c.bytes)*time.Microsecond; c.took > most {
		t.Errorf("%d bytes take %v, more than %v", c.bytes, c.took, most)
	}
}

func TestHostileDocumentsAreCheap(t *testing.T) {
	for name, data := range hostile() {
		t.Run(name, func(t *testing.T) {
			_, c, err := measure([]byte(data), cpix.MaxSize)
			t.Logf("%8d bytes: %10v, %9d bytes allocated: %v", c.bytes, c.took.Round(time.Microsecond), c.allocated, err)
			c.requireFrugal(t)
			c.requireFast(t)
		})
	}
}

func TestADocumentThatIsTooLargeIsRefusedUnread(t *testing.T) {
	for name, data := range map[string]string{
		"an attribute of 10 MB": root(`contentId="`+strings.Repeat("a", 10_000_000)+`"`, ""),
		"100,000 keys":          root("", "<ContentKeyList>"+strings.Repeat(`<ContentKey kid="00000000-0000-0000-0000-000000000000"/>`, 100_000)+"</ContentKeyList>"),
	} {
		t.Run(name, func(t *testing.T) {
			_, c, err := measure([]byte(data), cpix.MaxSize)
			t.Logf("%8d bytes: %10v, %9d bytes allocated: %v", c.bytes, c.took.Round(time.Microsecond), c.allocated, err)
			if !errors.Is(err, cpix.ErrMalformed) || c.allocated > 64<<10 || c.took > 100*time.Millisecond {
				t.Errorf("%v after %v and %d bytes allocated", err, c.took, c.allocated)
			}
			_, c, err = measure([]byte(data), len(data))
			t.Logf("%8d bytes, allowed: %10v, %9d bytes allocated: %v", c.bytes, c.took.Round(time.Microsecond), c.allocated, err)
			c.requireFrugal(t)
			c.requireFast(t)
		})
	}
}
