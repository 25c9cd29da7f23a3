package speke_test

import (
	stdcmp "cmp"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A rule is one of SPEKE's: what an encryptor sends, and what it must get. It is checked
// over HTTP for each version that has it.
type rule struct {
	name     string
	versions string // those that it is for, such as "2.0 2.1"
	edits    []string
	status   int    // 0: 200
	body     string // of an answer that is no success
	holds    func(c *conversation)
}

// A conversation is a document of one version and its answer.
type conversation struct {
	*provider
	version string
	asked   *cpix.Document
	got     answer
	doc     *cpix.Document
}

// documents are what every rule is an edit of: the same in each version, a key for a track
// and a key for another in one period; in 1.0 a single key.
func documents(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"1.0": v1(widevine), "2.0": valid, "2.1": edit(t, valid, `version="2.3"`, `version="2.4"`)}
}

// headerOf is the X-Speke-Version that a version is sent with.
func headerOf(version string) string {
	if version == "1.0" {
		return ""
	}
	return version
}

func TestConformance(t *testing.T) {
	for _, rules := range [][]rule{ownership, transport, faults, documentRules, extras} {
		for _, r := range rules {
			for version := range strings.FieldsSeq(r.versions) {
				t.Run(r.name+" in "+version, func(t *testing.T) { r.check(t, version) })
			}
		}
	}
}

func (r rule) check(t *testing.T, version string) {
	p := startAll(t, speke.Settings{})
	document := edit(t, documents(t)[version], r.edits...)
	c := &conversation{provider: p, version: version, got: p.post(headerOf(version), document)}
	if want := stdcmp.Or(r.status, http.StatusOK); c.got.status != want {
		t.Fatalf("%d %q, want %d", c.got.status, c.got.body, want)
	}
	if r.status != 0 && c.got.body != r.body {
		t.Errorf("%q, want %q", c.got.body, r.body)
	}
	if r.status == 0 {
		c.asked, c.doc = read(t, document), read(t, c.got.body)
	}
	if r.holds != nil {
		r.holds(c)
	}
}

// all are the three versions.
const all, two = "1.0 2.0 2.1", "2.0 2.1"

// ownership has the rules of who owns what.
var ownership = []rule{
	{name: "the key provider overrides the KID everywhere", versions: all, holds: func(c *conversation) {
		if strings.Contains(c.got.body, videoKID) {
			c.Error("the packager's KID is still there")
		}
	}},
	{name: "what belongs to the encryptor stays", versions: all, holds: func(c *conversation) {
		if diff := cmp.Diff(c.asked.Periods, c.doc.Periods); diff != "" {
			c.Errorf("periods (-asked +answered)\n%s", diff)
		}
		for i, rule := range c.doc.UsageRules {
			if diff := cmp.Diff(c.asked.UsageRules[i].Filters, rule.Filters); diff != "" {
				c.Errorf("filters (-asked +answered)\n%s", diff)
			}
			if rule.IntendedTrackType != c.asked.UsageRules[i].IntendedTrackType {
				c.Error("another track type")
			}
		}
		if c.doc.ContentID != c.asked.ContentID || c.doc.Version != c.asked.Version || c.doc.ContentKeys[0].Scheme != c.asked.ContentKeys[0].Scheme {
			c.Error("content ID, version or scheme is another")
		}
	}},
	{name: "the same request gets the same answer", versions: all, holds: func(c *conversation) {
		if again := c.post(headerOf(c.version), documents(c.T)[c.version]); again.body != c.got.body {
			c.Error("another answer")
		}
	}},
	{name: "a period that cannot be served fails the document", versions: all, edits: []string{`index="2953944"`, `index="2955944"`}, holds: func(c *conversation) {
		later := edit(c.T, documents(c.T)[c.version], `index="2953944"`, `index="2957944"`) // the first one anchored the count
		if got := c.post(headerOf(c.version), later); got.status != 422 || !strings.HasPrefix(got.body, "Unsupported ContentKeyPeriod ") {
			c.Errorf("%d %q", got.status, got.body)
		}
	}},
}

// transport has the rules of HTTP.
var transport = []rule{
	{name: "an answer is XML and says who answers", versions: "1.0", holds: func(c *conversation) {
		if c.got.header.Get("Content-Type") != "application/xml" || c.got.header.Get("Speke-User-Agent") != userAgent ||
			c.got.header.Get("X-Speke-Version") != "" {
			c.Errorf("headers %v", c.got.header)
		}
	}},
	{name: "an answer is XML and says who answers and in which version", versions: two, holds: func(c *conversation) {
		requireHeaders(c.T, c.got.header, "application/xml", c.version)
	}},
	{name: "an error is text in the same version", versions: two, edits: []string{`contentId="live"`, `contentId="dead"`},
		status: 404, body: "Unknown CPIX@contentId", holds: func(c *conversation) {
			requireHeaders(c.T, c.got.header, "text/plain; charset=utf-8", c.version)
		}},
	{name: "an unknown content ID is not found", versions: "1.0", edits: []string{`id="live"`, `id="dead"`}, status: 404, body: "Unknown CPIX@id"},
	{name: "a foreign content ID looks unknown", versions: "1.0", edits: []string{`id="live"`, `id="foreign"`}, status: 404, body: "Unknown CPIX@id"},
	{name: "a foreign content ID looks unknown", versions: two, edits: []string{`contentId="live"`, `contentId="foreign"`}, status: 404, body: "Unknown CPIX@contentId"},
	{name: "the version without a header is the document's", versions: all, holds: func(c *conversation) {
		if again := c.post("", documents(c.T)[c.version]); again.body != c.got.body {
			c.Errorf("without a header %d, another answer", again.status)
		}
	}},
	{name: "another header is no version", versions: all, holds: func(c *conversation) {
		for _, header := range []string{"1.0", "2", "2.2", "3.0"} {
			if got := c.post(header, documents(c.T)[c.version]); got.status != 422 || got.body != "Unsupported SPEKE version" {
				c.Errorf("%s: %d %q", header, got.status, got.body)
			}
		}
	}},
	{name: "the header of the other version is refused", versions: two, holds: func(c *conversation) {
		other := map[string]string{"2.0": "2.1", "2.1": "2.0"}[c.version]
		if got := c.post(other, documents(c.T)[c.version]); got.status != 422 || got.body != "Unsupported CPIX@version" {
			c.Errorf("%d %q", got.status, got.body)
		}
	}},
	{name: "a document without version under a header is refused", versions: two, edits: []string{` version="2.[34]"`, ""}, status: 422, body: "Missing CPIX@version"},
}
