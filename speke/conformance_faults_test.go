package speke_test

const noKeys = "<cpix:ContentKeyList>.*</cpix:ContentKeyList>"

// faults have the rules of what is refused, in every version that knows it. Those of 2.0
// have their table in failure_test.go, too.
var faults = []rule{
	{name: "an empty body", versions: all, edits: []string{"^.*$", ""}, status: 400, body: "Malformed CPIX document"},
	{name: "a DOCTYPE", versions: all, edits: []string{`<cpix:CPIX`, `<!DOCTYPE CPIX [<!ENTITY a "b">]><cpix:CPIX`}, status: 400, body: "Malformed CPIX document"},
	{name: "a missing content ID", versions: "1.0", edits: []string{`id="live"`, ""}, status: 422, body: "Missing CPIX@id"},
	{name: "a missing content ID", versions: two, edits: []string{`contentId="live"`, ""}, status: 422, body: "Missing CPIX@contentId"},
	{name: "no contract", versions: all, edits: []string{"<cpix:ContentKeyList>.*</cpix:ContentKeyUsageRuleList>", ""}, status: 422, body: "Missing CPIX encryption contract"},
	{name: "no keys", versions: all, edits: []string{noKeys, ""}, status: 422, body: malformedContract},
	{name: "an empty list of keys", versions: all, edits: []string{noKeys, "<cpix:ContentKeyList/>"}, status: 422, body: malformedContract},
	{name: "no systems", versions: all, edits: []string{"<cpix:DRMSystemList>.*</cpix:DRMSystemList>", ""}, status: 422, body: malformedContract},
	{name: "no rules", versions: two, edits: []string{"<cpix:ContentKeyUsageRuleList>.*</cpix:ContentKeyUsageRuleList>", ""}, status: 422, body: malformedContract},
	{name: "a missing kid", versions: all, edits: []string{`ContentKey kid="1[^"]*"`, "ContentKey"}, status: 422, body: malformedContract},
	{name: "a missing systemId", versions: all, edits: []string{`systemId="ed[^"]*"`, ""}, status: 422, body: malformedContract},
	{name: "a system that names an unknown kid", versions: all, edits: []string{`DRMSystem kid="1`, `DRMSystem kid="3`}, status: 422, body: malformedContract},
	{name: "a rule that names an unknown kid", versions: all, edits: []string{`UsageRule kid="1`, `UsageRule kid="3`}, status: 422, body: malformedContract},
	{name: "a rule that names an unknown period", versions: all, edits: []string{`periodId="(now|keyPeriod_1)"`, `periodId="then"`}, status: 422, body: malformedContract},
	{name: "a missing track type", versions: two, edits: []string{`intendedTrackType="VIDEO"`, ""}, status: 422, body: malformedContract},
	{name: "two ALL rules", versions: two, edits: []string{`"VIDEO"`, `"ALL"`, `"AUDIO"`, `"ALL"`}, status: 422, body: malformedContract},
	{name: "ALL beside another", versions: two, edits: []string{`"VIDEO"`, `"ALL"`}, status: 422, body: malformedContract},
	{name: "a missing scheme", versions: two, edits: []string{`(kid="2[^"]*") commonEncryptionScheme="cbcs"`, "$1"}, status: 422, body: "Missing ContentKey@commonEncryptionScheme for KID " + audioKID},
	{name: "two schemes", versions: two, edits: []string{`(kid="2[^"]*") commonEncryptionScheme="cbcs"`, `$1 commonEncryptionScheme="cenc"`}, status: 422, body: "Non compliant ContentKey@commonEncryptionScheme combination"},
	{name: "a scheme that a system cannot play", versions: two, edits: []string{`"cbcs"`, `"cbc1"`, widevine, playReady}, status: 422, body: "ContentKey@commonEncryptionScheme non compatible with DRMSystem " + playReady},
	{name: "an unknown system", versions: two, edits: []string{widevine, unheardOf}, status: 422, body: notSupported},
	{name: "a track that the channel lacks", versions: two, edits: []string{`"VIDEO"`, `"UHD"`}, status: 422, body: notSupported},
	{name: "a period without index", versions: two, edits: []string{` index="2953944"`, ""}, status: 422, body: "Unsupported ContentKeyPeriod now"},
	{name: "a period without index", versions: "1.0", edits: []string{` index="2953944"`, ""}, status: 422, body: "Unsupported ContentKeyPeriod keyPeriod_1"},
	{name: "start and end", versions: "2.0", edits: []string{`index="2953944"`, clocked("12:00:00Z", "12:10:00Z")}, status: 422, body: "Unsupported ContentKeyPeriod now"},
	{name: "start and end", versions: "1.0", edits: []string{`index="2953944"`, clocked("12:00:00Z", "12:10:00Z")}, status: 422, body: "Unsupported ContentKeyPeriod keyPeriod_1"},
}
