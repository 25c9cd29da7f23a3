package speke_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	malformedContract = "Malformed encryption contract"
	notSupported      = "Requested CPIX encryption contract not supported"
)

func TestEveryFaultIsToldInTheWordsOfTheProtocol(t *testing.T) {
	p := start(t, setup{})
	for _, tc := range []struct {
		name   string
		edits  []string
		status int
		body   string
	}{
		{"no document", []string{".*", ""}, 400, "Malformed CPIX document"},
		{"no XML", []string{".*", "kid=1"}, 400, "Malformed CPIX document"},
		{"an element that does not end", []string{"</cpix:CPIX>", ""}, 400, "Malformed CPIX document"},
		{"a DOCTYPE", []string{`\?>`, `?><!DOCTYPE CPIX [<!ENTITY a "b">]>`}, 400, "Malformed CPIX document"},
		{"another root", []string{"cpix:CPIX", "cpix:Cpix"}, 400, "Malformed CPIX document"},
		{"another namespace", []string{"urn:dashif:org:cpix", "urn:other"}, 400, "Malformed CPIX document"},
		{"no content ID", []string{`contentId="live"`, ""}, 422, "Missing CPIX@contentId"},
		{"an empty content ID", []string{`contentId="live"`, `contentId=""`}, 422, "Missing CPIX@contentId"},
		{"a content ID in @id", []string{`contentId=`, `id=`}, 422, "Missing CPIX@contentId"},
		{"no version", []string{`version="2.3"`, ""}, 422, "Missing CPIX@version"},
		{"an empty version", []string{`version="2.3"`, `version=""`}, 422, "Missing CPIX@version"},
		{"an older version", []string{`version="2.3"`, `version="2.2"`}, 422, "Unsupported CPIX@version"},
		{"the version of SPEKE 2.1", []string{`version="2.3"`, `version="2.4"`}, 422, "Unsupported CPIX@version"},
		{"no lists at all", []string{"<cpix:ContentKeyList>.*</cpix:ContentKeyUsageRuleList>", ""}, 422, "Missing CPIX encryption contract"},
		{"no ContentKeyList", []string{"<cpix:ContentKeyList>.*</cpix:ContentKeyList>", ""}, 422, malformedContract},
		{"an empty ContentKeyList", []string{"<cpix:ContentKeyList>.*</cpix:ContentKeyList>", "<cpix:ContentKeyList/>"}, 422, malformedContract},
		{"no DRMSystemList", []string{"<cpix:DRMSystemList>.*</cpix:DRMSystemList>", ""}, 422, malformedContract},
		{"an empty DRMSystemList", []string{"<cpix:DRMSystemList>.*</cpix:DRMSystemList>", "<cpix:DRMSystemList/>"}, 422, malformedContract},
		{"no ContentKeyUsageRuleList", []string{"<cpix:ContentKeyUsageRuleList>.*</cpix:ContentKeyUsageRuleList>", ""}, 422, malformedContract},
		{"an empty ContentKeyUsageRuleList", []string{"<cpix:ContentKeyUsageRuleList>.*</cpix:ContentKeyUsageRuleList>", "<cpix:ContentKeyUsageRuleList/>"}, 422, malformedContract},
		{"a key without kid", []string{`ContentKey kid="1[^"]*"`, "ContentKey"}, 422, malformedContract},
		{"a kid that is no UUID", []string{`ContentKey kid="1`, `ContentKey kid="x`}, 422, malformedContract},
		{"a kid twice", []string{audioKID, videoKID}, 422, malformedContract},
		{"a kid twice, once without hyphens", []string{`ContentKey kid="2[^"]*"`, `ContentKey kid="` + strings.ReplaceAll(videoKID, "-", "") + `"`}, 422, malformedContract},
		{"a system without kid", []string{`DRMSystem kid="1[^"]*"`, "DRMSystem"}, 422, malformedContract},
		{"a system with an unknown kid", []string{`DRMSystem kid="1`, `DRMSystem kid="3`}, 422, malformedContract},
		{"a system without systemId", []string{`systemId="ed[^"]*"`, ""}, 422, malformedContract},
		{"no scheme", []string{`(kid="2[^"]*") commonEncryptionScheme="cbcs"`, "$1"}, 422, "Missing ContentKey@commonEncryptionScheme for KID " + audioKID},
		{"two schemes", []string{`(kid="2[^"]*") commonEncryptionScheme="cbcs"`, `$1 commonEncryptionScheme="cenc"`}, 422, "Non compliant ContentKey@commonEncryptionScheme combination"},
		{"a scheme that a system cannot play", []string{`"cbcs"`, `"cenc"`, "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed", "94CE86FB-07ff-4f43-adb8-93d2fa968ca2"}, 422, "ContentKey@commonEncryptionScheme non compatible with DRMSystem 94CE86FB-07ff-4f43-adb8-93d2fa968ca2"},
		{"a rule without kid", []string{`UsageRule kid="1[^"]*"`, "UsageRule"}, 422, malformedContract},
		{"a rule with an unknown kid", []string{`UsageRule kid="1`, `UsageRule kid="3`}, 422, malformedContract},
		{"a rule without track type", []string{`intendedTrackType="VIDEO"`, ""}, 422, malformedContract},
		{"a key without rule", []string{`<cpix:ContentKeyUsageRule kid="2.*?</cpix:ContentKeyUsageRule>`, ""}, 422, malformedContract},
		{"a track type twice", []string{`"VIDEO"`, `"AUDIO"`}, 422, malformedContract},
		{"ALL twice", []string{`"VIDEO"`, `"ALL"`, `"AUDIO"`, `"ALL"`}, 422, malformedContract},
		{"ALL beside another", []string{`"VIDEO"`, `"ALL"`}, 422, malformedContract},
		{"a filter for an unknown period", []string{`(UsageRule kid="1.*?)periodId="now"`, `${1}periodId="then"`}, 422, malformedContract},
		{"a filter for no period", []string{` periodId="now"`, ""}, 422, malformedContract},
		{"a filter where no period is listed", []string{"<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", ""}, 422, malformedContract},
		{"an empty ContentKeyPeriodList", []string{"<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", "<cpix:ContentKeyPeriodList/>"}, 422, malformedContract},
		{"a period without id", []string{`id="now" index`, "index"}, 422, malformedContract},
		{"a period id twice", []string{"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="now" index="1"/></cpix:ContentKeyPeriodList>`}, 422, malformedContract},
		{"a rule without filter beside two periods", []string{"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="then" index="1"/></cpix:ContentKeyPeriodList>`, `<cpix:KeyPeriodFilter periodId="now"/>`, ""}, 422, malformedContract},
		{"an unknown content ID", []string{`contentId="live"`, `contentId="dead"`}, 404, "Unknown CPIX@contentId"},
		{"a content ID of somebody else", []string{`contentId="live"`, `contentId="foreign"`}, 404, "Unknown CPIX@contentId"},
		{"a content ID in other letters", []string{`contentId="live"`, `contentId="LIVE"`}, 404, "Unknown CPIX@contentId"},
		{"a system that the channel lacks", []string{"1077efec-c0b2-4d02-ace3-3c1e52e2fb4b", "9a04f079-9840-4286-ab92-e65be0885f95"}, 422, notSupported},
		{"a system that nobody knows", []string{"1077efec-c0b2-4d02-ace3-3c1e52e2fb4b", "00000000-0000-4000-8000-000000000000"}, 422, notSupported},
		{"a track type that the channel lacks", []string{`"VIDEO"`, `"UHD"`}, 422, notSupported},
		{"a track type in other letters", []string{`"VIDEO"`, `"video"`}, 422, notSupported},
		{"a scheme that the channel lacks", []string{`"cbcs"`, `"cbc1"`}, 422, notSupported},
		{"a scheme that nobody knows", []string{`"cbcs"`, `"SAMPLE-AES"`}, 422, notSupported},
		{"a key for two tracks", []string{`(UsageRule kid=")2[^"]*`, "${1}" + videoKID, `<cpix:ContentKey kid="2[^>]*>`, "", `<cpix:DRMSystem kid="2.*?</cpix:DRMSystem>`, ""}, 422, notSupported},
		{"a key for two periods", []string{"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="then" index="2953945"/></cpix:ContentKeyPeriodList>`, `<cpix:VideoFilter`, `<cpix:KeyPeriodFilter periodId="then"/><cpix:VideoFilter`}, 422, notSupported},
		{"a key for two periods, in rules that are apart", []string{
			"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="then" index="2953945"/></cpix:ContentKeyPeriodList>`,
			"</cpix:ContentKeyUsageRuleList>", `<cpix:ContentKeyUsageRule kid="` + videoKID + `" intendedTrackType="VIDEO"><cpix:KeyPeriodFilter periodId="then"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>`,
		}, 422, notSupported},
		{"a period without index", []string{` index="2953944"`, ""}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with an index that is no number", []string{"2953944", "0x2D12D8"}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with a negative index", []string{"2953944", "-1"}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with an index of 33 bits", []string{"2953944", "4294967296"}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with start and end", []string{`index="2953944"`, `start="2026-03-01T12:00:00Z" end="2026-03-01T12:10:00Z"`}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with index, start and end", []string{`index="2953944"`, `index="2953944" start="2026-03-01T12:10:00Z" end="2026-03-01T12:20:00Z"`}, 422, "Unsupported ContentKeyPeriod now"},
		{"a period with offsets", []string{`index="2953944"`, `index="2953944" startOffset="PT0S" endOffset="PT1M"`}, 422, "Unsupported ContentKeyPeriod now"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := p.post("2.0", edit(t, valid, tc.edits...))
			if got.status != tc.status || got.body != tc.body {
				t.Errorf("%d %q, want %d %q", got.status, got.body, tc.status, tc.body)
			}
			requireHeaders(t, got.header, "text/plain; charset=utf-8", "2.0")
		})
	}
	if recs := records(t, p.store, "foreign"); len(recs) > 0 {
		t.Errorf("%d records of a channel that is not the caller's", len(recs))
	}
	if served := named(records(t, p.store, "live"), "served/"); served != nil {
		t.Errorf("served although every document was refused: %q", served)
	}
}

func TestAnUnchangedDocumentIsAnswered(t *testing.T) {
	got := start(t, setup{}).post("2.0", valid)
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	requireHeaders(t, got.header, "application/xml", "2.0")
	if got := got.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: keys are not to be kept on the way", got)
	}
}

func requireHeaders(t *testing.T, got http.Header, contentType, version string) {
	t.Helper()
	want := map[string]string{"Content-Type": contentType, "X-Speke-Version": version, "X-Speke-User-Agent": userAgent}
	have := map[string]string{}
	for name := range want {
		have[name] = got.Get(name)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}
}

func TestOfTwoFaultsTheEarlierIsTold(t *testing.T) {
	p := start(t, setup{})
	faults := []struct {
		header  string
		edits   []string
		message string
	}{
		{edits: []string{"</cpix:CPIX>", ""}, message: "Malformed CPIX document"},
		{header: "9.9", message: "Unsupported SPEKE version"},
		{edits: []string{`contentId="[a-z]*"`, ""}, message: "Missing CPIX@contentId"},
		{edits: []string{`version="2.3"`, `version="1.9"`}, message: "Unsupported CPIX@version"},
		{edits: []string{"<cpix:DRMSystemList>.*</cpix:DRMSystemList>", ""}, message: malformedContract},
		{edits: []string{`ContentKey kid="2[^"]*"`, `ContentKey kid="2"`}, message: malformedContract},
		{edits: []string{`(ContentKey kid="1[^"]*") commonEncryptionScheme="cbcs"`, "$1"}, message: "Missing ContentKey@commonEncryptionScheme for KID " + videoKID},
		{edits: []string{`intendedTrackType="AUDIO"`, ""}, message: malformedContract},
		{edits: []string{`contentId="live"`, `contentId="foreign"`}, message: "Unknown CPIX@contentId"},
		{edits: []string{`intendedTrackType="VIDEO"`, `intendedTrackType="UHD"`}, message: notSupported},
		{edits: []string{`index="2953944"`, `index="1"`}, message: "Unsupported ContentKeyPeriod now"},
	}
	for i, earlier := range faults {
		for _, later := range faults[i+1:] {
			name := fmt.Sprintf("%s before %s", earlier.message, later.message)
			t.Run(name, func(t *testing.T) {
				document := edit(t, edit(t, valid, later.edits...), earlier.edits...)
				header := "2.0"
				if earlier.header+later.header != "" {
					header = "9.9"
				}
				if got := p.post(header, document); got.body != earlier.message {
					t.Errorf("%d %q", got.status, got.body)
				}
			})
		}
	}
}

func TestARefusalAboutTheChannelComesAfterTheContentID(t *testing.T) {
	p := start(t, setup{})
	elsewhere := edit(t, valid, `contentId="live"`, `contentId="dead"`)
	for name, edits := range map[string][]string{
		"an unknown system":      {"1077efec", "00000000"},
		"a period without index": {`index="2953944"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p.T = t
			p.refused(edit(t, elsewhere, edits...), http.StatusNotFound, "Unknown CPIX@contentId")
		})
	}
}
