package speke_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

var update = flag.Bool("update", false, "write the golden files")

// requests are documents in the styles of several packagers.
func requests(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no requests: %v", err)
	}
	return files
}

func TestEveryStyleOfRequestIsAnsweredInFull(t *testing.T) {
	for _, request := range requests(t) {
		t.Run(filepath.Base(request), func(t *testing.T) { golden(t, request) })
	}
}

// plainValue finds the keys of an answer. A golden file holds none.
var plainValue = regexp.MustCompile(`<pskc:PlainValue>[^<]+</pskc:PlainValue>`)

func golden(t *testing.T, request string) {
	data, err := os.ReadFile(request)
	if err != nil {
		t.Fatal(err)
	}
	p := startAll(t, speke.Settings{})
	got := p.post("", string(data))
	requireKeys(p, read(t, got.body), places[filepath.Base(request)])
	body := plainValue.ReplaceAll([]byte(got.body), []byte("<pskc:PlainValue>(the key)</pskc:PlainValue>"))
	lines := append(bytes.ReplaceAll(body, []byte("><"), []byte(">\n<")), '\n')
	p.requireNoKey("the golden file", string(lines))
	file := strings.TrimSuffix(request, ".xml") + ".golden"
	if *update {
		if err := os.WriteFile(file, lines, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(lines)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// places are where the keys of a request stand, in order, where more is to know than that
// indexes count ten minutes from the epoch and rules name a track.
var places = map[string][]keyplan.KeyRef{
	"speke-1.0.xml":     {{Start: noon, Track: "ALL", Scheme: keyplan.CENC}},
	"speke-1.0-hls.xml": {{Start: noon.Add(10 * minute), Track: "ALL", Scheme: keyplan.CBCS}},
	"speke-2.1.xml": {
		{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS},
		{Start: noon.Add(10 * minute), Track: "AUDIO", Scheme: keyplan.CBCS},
	},
}

func requireKeys(p *provider, doc *cpix.Document, at []keyplan.KeyRef) {
	p.Helper()
	if at == nil {
		requireSourceKeys(p, doc)
	}
	for i, place := range at {
		p.requireKey(doc.ContentKeys[i], place)
	}
}

// requireSourceKeys follows each rule from its period to its key. All requests count ten
// minutes from the epoch.
func requireSourceKeys(p *provider, doc *cpix.Document) {
	p.Helper()
	starts := map[string]time.Time{}
	for _, period := range doc.Periods {
		index, ok := period.Number()
		if !ok {
			p.Fatalf("period %s has no index", period.ID.Value)
		}
		starts[period.ID.Value] = time.Unix(int64(index)*600, 0).UTC()
	}
	keys := map[string]*cpix.ContentKey{}
	for _, key := range doc.ContentKeys {
		keys[key.KID.Value] = key
	}
	for _, rule := range doc.UsageRules {
		at := starts[doc.Periods[0].ID.Value]
		if len(rule.KeyPeriodFilters) > 0 {
			at = starts[rule.KeyPeriodFilters[0].PeriodID.Value]
		}
		key := keys[rule.KID.Value]
		p.requireKey(key, keyplan.KeyRef{
			Start: at, Track: keyplan.Track(rule.IntendedTrackType.Value), Scheme: keyplan.Scheme(key.Scheme.Value),
		})
	}
}
