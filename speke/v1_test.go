package speke_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// System IDs, as packagers write them.
const (
	widevine  = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
	playReady = "9a04f079-9840-4286-ab92-e65be0885f95"
	fairPlay  = "94ce86fb-07ff-4f43-adb8-93d2fa968ca2"
	aes128    = "81376844-f976-481e-a84e-cc25d39b0b33"
	unheardOf = "00000000-0000-4000-8000-00000000cafe"
)

// sixChildren are what SPEKE 1.0 sends for every DRM system.
const sixChildren = `<cpix:URIExtXKey></cpix:URIExtXKey><speke:KeyFormat></speke:KeyFormat><speke:KeyFormatVersions></speke:KeyFormatVersions>` +
	`<speke:ProtectionHeader></speke:ProtectionHeader><cpix:PSSH></cpix:PSSH><cpix:ContentProtectionData></cpix:ContentProtectionData>`

// v1 is a SPEKE 1.0 document for some systems.
func v1(systems ...string) string {
	var drm strings.Builder
	for _, id := range systems {
		drm.WriteString(`<cpix:DRMSystem kid="` + videoKID + `" systemId="` + id + `">` + sixChildren + `</cpix:DRMSystem>`)
	}
	return `<cpix:CPIX id="live" xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:speke="urn:aws:amazon:com:speke">` +
		`<cpix:ContentKeyList><cpix:ContentKey kid="` + videoKID + `"></cpix:ContentKey></cpix:ContentKeyList>` +
		`<cpix:DRMSystemList>` + drm.String() + `</cpix:DRMSystemList>` +
		`<cpix:ContentKeyPeriodList><cpix:ContentKeyPeriod id="keyPeriod_1" index="2953944"/></cpix:ContentKeyPeriodList>` +
		`<cpix:ContentKeyUsageRuleList><cpix:ContentKeyUsageRule kid="` + videoKID + `"><cpix:KeyPeriodFilter periodId="keyPeriod_1"/></cpix:ContentKeyUsageRule></cpix:ContentKeyUsageRuleList>` +
		`</cpix:CPIX>`
}

// everything are settings that support every DRM system.
var everything = signaling.Settings{AES128: signaling.AES128Settings{URI: "https://keys.example.com/{channel}/{kid}"}}

// startAll runs a provider whose channel "live" has every system, four schemes and a track ALL.
func startAll(t *testing.T, settings speke.Settings) *provider {
	t.Helper()
	ch := liveChannel(t, tenMinutes)
	ch.Tracks = append([]keyplan.Track{"ALL"}, ch.Tracks...)
	ch.Schemes = []keyplan.Scheme{keyplan.CENC, keyplan.CENS, keyplan.CBC1, keyplan.CBCS}
	ch.Settings = settings
	return start(t, setup{channels: []speke.Channel{ch}, signaling: &everything})
}

// answeredV1 sends a SPEKE 1.0 document, whose answer must be a success.
func (p *provider) answeredV1(document string) (*cpix.Document, string) {
	p.Helper()
	got := p.post("", document)
	if got.status != http.StatusOK {
		p.Fatalf("status %d: %s", got.status, got.body)
	}
	doc, err := cpix.Read([]byte(got.body))
	if err != nil {
		p.Fatal(err)
	}
	return doc, got.body
}

func TestSPEKE1ChoosesTheSchemeByWhatIsAskedFor(t *testing.T) {
	for _, tc := range []struct {
		name     string
		settings speke.Settings
		edits    []string
		systems  []string
		want     keyplan.KeyRef
	}{
		{"Widevine and PlayReady", speke.Settings{}, nil, []string{widevine, playReady}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CENC}},
		{"FairPlay", speke.Settings{}, nil, []string{fairPlay}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CBCS}},
		{"FairPlay beside others", speke.Settings{}, nil, []string{widevine, fairPlay}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CBCS}},
		{"HLS AES-128", speke.Settings{}, nil, []string{aes128}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CBC1}},
		{"a system that nobody knows", speke.Settings{}, nil, []string{unheardOf}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CENC}},
		{"by the setting", speke.Settings{V1Scheme: keyplan.CBCS}, nil, []string{widevine}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CBCS}},
		{"a track by the setting", speke.Settings{V1Track: "VIDEO"}, nil, []string{widevine}, keyplan.KeyRef{Track: "VIDEO", Scheme: keyplan.CENC}},
		{"named after all", speke.Settings{V1Scheme: keyplan.CENC}, []string{`ContentKey kid="(.{36})"`, `ContentKey kid="$1" commonEncryptionScheme="cbcs"`}, []string{widevine}, keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CBCS}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := startAll(t, tc.settings)
			doc, _ := p.answeredV1(edit(t, v1(tc.systems...), tc.edits...))
			tc.want.Start = noon
			p.requireKey(doc.ContentKeys[0], tc.want)
		})
	}
}

// texts are what an answer says of a DRM system, decoded; bytes are only said to be there.
func texts(t *testing.T, s *cpix.DRMSystem) map[string]string {
	t.Helper()
	said := map[string]string{}
	add := func(name string, text cpix.Text, printable bool) {
		if !text.Present {
			return
		}
		b, err := base64.StdEncoding.DecodeString(text.Value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		said[name] = "bytes"
		if printable {
			said[name] = string(b)
		}
	}
	add("URIExtXKey", s.URIExtXKey, true)
	add("KeyFormat", s.KeyFormat, true)
	add("KeyFormatVersions", s.KeyFormatVersions, true)
	add("ProtectionHeader", s.ProtectionHeader, false)
	add("PSSH", s.PSSH, false)
	if s.ContentProtectionData != nil {
		add("ContentProtectionData", cpix.NewText(s.ContentProtectionData.Value), false)
	}
	return said
}

func TestSPEKE1FillsWhatBelongsToEachSystem(t *testing.T) {
	p := startAll(t, speke.Settings{})
	for _, tc := range []struct {
		name, system string
		want         func(kid string) map[string]string
	}{
		{"FairPlay", fairPlay, func(kid string) map[string]string {
			return map[string]string{"URIExtXKey": "skd://" + kid, "KeyFormat": "com.apple.streamingkeydelivery", "KeyFormatVersions": "1"}
		}},
		{"HLS AES-128", aes128, func(kid string) map[string]string {
			return map[string]string{"URIExtXKey": "https://keys.example.com/live/" + kid, "KeyFormat": "identity", "KeyFormatVersions": "1"}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc, body := p.answeredV1(v1(tc.system))
			if diff := cmp.Diff(tc.want(doc.ContentKeys[0].KID.Value), texts(t, doc.DRMSystems[0])); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if !strings.Contains(body, `xmlns:speke="urn:aws:amazon:com:speke"`) || !strings.Contains(body, "<speke:KeyFormat>") {
				t.Error("the speke namespace is not declared")
			}
		})
	}
	doc, _ := p.answeredV1(v1(widevine, playReady))
	named := func(s *cpix.DRMSystem) []string {
		var names []string
		for _, name := range []string{"URIExtXKey", "KeyFormat", "KeyFormatVersions", "ProtectionHeader", "PSSH", "ContentProtectionData"} {
			if _, ok := texts(t, s)[name]; ok {
				names = append(names, name)
			}
		}
		return names
	}
	hls := []string{"URIExtXKey", "KeyFormat", "KeyFormatVersions"}
	if diff := cmp.Diff(append(hls, "PSSH", "ContentProtectionData"), named(doc.DRMSystems[0])); diff != "" {
		t.Errorf("Widevine (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(append(hls, "ProtectionHeader", "PSSH", "ContentProtectionData"), named(doc.DRMSystems[1])); diff != "" {
		t.Errorf("PlayReady (-want +got)\n%s", diff)
	}
}

func TestSPEKE1EchoesASystemThatNobodyKnows(t *testing.T) {
	p := startAll(t, speke.Settings{})
	doc, _ := p.answeredV1(v1(widevine, unheardOf))
	want := &cpix.DRMSystem{
		KID: doc.ContentKeys[0].KID, SystemID: cpix.NewText(unheardOf), PSSH: cpix.NewText(""), URIExtXKey: cpix.NewText(""),
		KeyFormat: cpix.NewText(""), KeyFormatVersions: cpix.NewText(""), ProtectionHeader: cpix.NewText(""),
		ContentProtectionData: &cpix.ContentProtectionData{},
	}
	if diff := cmp.Diff(want, doc.DRMSystems[1]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSPEKE1ServesAPeriodOrNone(t *testing.T) {
	p := startAll(t, speke.Settings{})
	static := edit(t, v1(widevine), "<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyUsageRuleList>", "")
	doc, _ := p.answeredV1(static)
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Track: "ALL", Scheme: keyplan.CENC})
	withoutRules := edit(t, v1(widevine), "<cpix:ContentKeyUsageRuleList>.*</cpix:ContentKeyUsageRuleList>", "")
	doc, _ = p.answeredV1(withoutRules)
	p.requireKey(doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "ALL", Scheme: keyplan.CENC})
}

func TestSPEKE1IsRefusedInShortText(t *testing.T) {
	p := startAll(t, speke.Settings{})
	second := `<cpix:ContentKey kid="` + audioKID + `"/></cpix:ContentKeyList>`
	for _, tc := range []struct {
		name   string
		edits  []string
		status int
		body   string
	}{
		{"no XML", []string{".*", "kid=1"}, 400, "Malformed CPIX document"},
		{"no @id", []string{`id="live"`, ""}, 422, "Missing CPIX@id"},
		{"a content ID in @contentId", []string{`id="live"`, `contentId="live"`}, 422, "Missing CPIX@id"},
		{"an unknown content ID", []string{`id="live"`, `id="dead"`}, 404, "Unknown CPIX@id"},
		{"two keys", []string{`</cpix:ContentKeyList>`, second}, 422, malformedContract},
		{"no DRM system", []string{"<cpix:DRMSystemList>.*</cpix:DRMSystemList>", ""}, 422, malformedContract},
		{"a filter for tracks", []string{"</cpix:ContentKeyUsageRule>", "<cpix:VideoFilter/></cpix:ContentKeyUsageRule>"}, 422, malformedContract},
		{"two periods without rule", []string{"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="x" index="1"/></cpix:ContentKeyPeriodList>`, "<cpix:ContentKeyUsageRuleList>.*</cpix:ContentKeyUsageRuleList>", ""}, 422, malformedContract},
		{"start and end", []string{`index="2953944"`, `start="2026-03-01T12:00:00Z" end="2026-03-01T12:10:00Z"`}, 422, "Unsupported ContentKeyPeriod keyPeriod_1"},
		{"systems that no scheme fits", []string{widevine, aes128, "</cpix:DRMSystemList>", `<cpix:DRMSystem kid="` + videoKID + `" systemId="` + playReady + `"/></cpix:DRMSystemList>`}, 422, "ContentKey@commonEncryptionScheme non compatible with DRMSystem " + playReady},
		{"a scheme of SPEKE 2.1", []string{`ContentKey kid="(.{36})"`, `ContentKey kid="$1" commonEncryptionScheme="SAMPLE-AES"`}, 422, notSupported},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := p.post("", edit(t, v1(widevine), tc.edits...))
			if got.status != tc.status || got.body != tc.body {
				t.Errorf("%d %q, want %d %q", got.status, got.body, tc.status, tc.body)
			}
			if got.header.Get("X-Speke-Version") != "" {
				t.Error("X-Speke-Version in an answer to SPEKE 1.0")
			}
		})
	}
	withoutALL := start(t, setup{})
	if got := withoutALL.post("", v1(widevine)); got.status != 422 || got.body != notSupported {
		t.Errorf("a channel without a track ALL: %d %q", got.status, got.body)
	}
}

func TestSPEKE1SaysWhoAnswersInItsOwnHeader(t *testing.T) {
	p := startAll(t, speke.Settings{})
	got := p.post("", v1(widevine)).header
	want := http.Header{"Speke-User-Agent": {userAgent}, "Content-Type": {"application/xml"}}
	for _, name := range []string{"Speke-User-Agent", "X-Speke-User-Agent", "X-Speke-Version", "Content-Type"} {
		if got.Get(name) != want.Get(name) {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want.Get(name))
		}
	}
}

func TestTheHeartbeatSaysSo(t *testing.T) {
	p := prepare(t, setup{})
	w := httptest.NewRecorder()
	p.handler.Heartbeat(w, httptest.NewRequest(http.MethodGet, "/speke/v1.0/heartbeat", nil))
	if w.Code != http.StatusOK || w.Body.String() != "OK" || w.Header().Get("Speke-User-Agent") != userAgent {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
}
