package speke_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// documentRules have what a document may be, and what an answer must be.
var documentRules = []rule{
	{name: "prefixes are real", versions: all, holds: func(c *conversation) {
		for _, text := range []string{"<cpix:CPIX ", "<cpix:ContentKey ", "<pskc:PlainValue>", `xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"`} {
			if !strings.Contains(c.got.body, text) {
				c.Errorf("no %s", text)
			}
		}
	}},
	{name: "a byte-order mark", versions: all, edits: []string{"^", "\ufeff"}},
	{name: "comments", versions: all, edits: []string{"<cpix:ContentKeyList>", "<!-- keys --><cpix:ContentKeyList>"}},
	{name: "other prefixes", versions: all, edits: []string{"cpix:", "pksc:", "xmlns:cpix=", "xmlns:pksc="}},
	{name: "KIDs in other letters", versions: all, edits: []string{`kid="1`, `kid="a`, `DRMSystem kid="a`, `DRMSystem kid="A`}},
	{name: "a system ID comes back as it came", versions: all, edits: []string{widevine, strings.ToUpper(widevine)}, holds: func(c *conversation) {
		if got := c.doc.DRMSystems[0].SystemID.Value; got != strings.ToUpper(widevine) {
			c.Errorf("systemId %s", got)
		}
	}},
	{name: "a key is 16 bytes", versions: all, holds: func(c *conversation) {
		for _, key := range c.doc.ContentKeys {
			if len(key.Key()) != 16 {
				c.Errorf("%d bytes", len(key.Key()))
			}
		}
	}},
	{name: "no element of 1.0 in an answer", versions: two, edits: []string{"<cpix:PSSH/>", `<cpix:PSSH/><cpix:URIExtXKey/><s:KeyFormat xmlns:s="urn:aws:amazon:com:speke"/>`}, holds: func(c *conversation) {
		if strings.Contains(c.got.body, "urn:aws:amazon:com:speke") || strings.Contains(c.got.body, "URIExtXKey") {
			c.Error("it has them")
		}
	}},
	{name: "CPIX@id is not repeated", versions: two, edits: []string{`contentId="live"`, `contentId="live" id="x"`}, holds: func(c *conversation) {
		if c.doc.ID.Present {
			c.Error("it is")
		}
	}},
	{name: "no period means static keys", versions: two, edits: []string{"<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", "", `<cpix:KeyPeriodFilter periodId="now"/>`, ""}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Track: "VIDEO", Scheme: keyplan.CBCS})
	}},
	{name: "several periods in one document", versions: two, edits: []string{"</cpix:ContentKeyPeriodList>", `<cpix:ContentKeyPeriod id="then" index="2953945"/></cpix:ContentKeyPeriodList>`, `(UsageRule kid="2.*?)periodId="now"`, `${1}periodId="then"`}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
		c.requireKey(c.doc.ContentKeys[1], keyplan.KeyRef{Start: at("12:10"), Track: "AUDIO", Scheme: keyplan.CBCS})
	}},
	{name: "an explicitIV is echoed", versions: all, edits: []string{`ContentKey kid="(1[^"]*)"`, `ContentKey kid="$1" explicitIV="OFj2IjCsPJFfMAxmQxLGPw=="`}, holds: func(c *conversation) {
		if got := c.doc.ContentKeys[0].ExplicitIV.Value; got != "OFj2IjCsPJFfMAxmQxLGPw==" {
			c.Errorf("explicitIV %q", got)
		}
	}},
	{name: "an IV is made for cbcs", versions: two, holds: func(c *conversation) {
		iv, err := base64.StdEncoding.DecodeString(c.doc.ContentKeys[0].ExplicitIV.Value)
		if err != nil || len(iv) != 16 {
			c.Errorf("%d bytes, %v", len(iv), err)
		}
	}},
	{name: "no IV is made for cenc", versions: two, edits: []string{`"cbcs"`, `"cenc"`}, holds: func(c *conversation) {
		if c.doc.ContentKeys[0].ExplicitIV.Present {
			c.Error("it is")
		}
	}},
	{name: "no IV is made for cenc", versions: "1.0", holds: func(c *conversation) {
		if c.doc.ContentKeys[0].ExplicitIV.Present {
			c.Error("it is")
		}
	}},
	{name: "an asked-for PSSH of FairPlay is left out", versions: two, edits: []string{widevine, fairPlay}, holds: func(c *conversation) {
		if s := c.doc.DRMSystems[0]; s.PSSH.Present || s.ContentProtectionData != nil || len(s.HLSSignalingData) != 2 {
			c.Errorf("%+v", s)
		}
	}},
}

// extras have what came with 2.1.
var extras = []rule{
	{name: "HLS method names are schemes and come back", versions: "2.1", edits: []string{`"cbcs"`, `"SAMPLE-AES"`}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBCS})
		if c.doc.ContentKeys[0].Scheme.Value != "SAMPLE-AES" {
			c.Errorf("scheme %q", c.doc.ContentKeys[0].Scheme.Value)
		}
	}},
	{name: "SAMPLE-AES-CTR is cenc", versions: "2.1", edits: []string{`"cbcs"`, `"SAMPLE-AES-CTR"`}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CENC})
	}},
	{name: "AES-128 is cbc1", versions: "2.1", edits: []string{`"cbcs"`, `"AES-128"`}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Start: noon, Track: "VIDEO", Scheme: keyplan.CBC1})
	}},
	{name: "HLS method names are no schemes", versions: "2.0", edits: []string{`"cbcs"`, `"SAMPLE-AES"`}, status: 422, body: notSupported},
	{name: "start and end", versions: "2.1", edits: []string{`index="2953944"`, clocked("12:10:00Z", "12:20:00Z")}, holds: func(c *conversation) {
		c.requireKey(c.doc.ContentKeys[0], keyplan.KeyRef{Start: at("12:10"), Track: "VIDEO", Scheme: keyplan.CBCS})
	}},
	{name: "HDCPData, HLSAllowedCPC and robustness come back", versions: "2.1", edits: withExtras, holds: func(c *conversation) {
		key, system := c.doc.ContentKeys[0], c.doc.DRMSystems[0]
		if key.HDCP == nil || key.HDCP.HLSLevel.Value != "TYPE-0" || system.HLSAllowedCPC.Value != "X" || system.ContentProtectionData.Robustness.Value != "Y" {
			c.Errorf("%+v %+v", key, system)
		}
	}},
	{name: "extras of 2.1 do not come back", versions: "2.0", edits: withExtras, holds: func(c *conversation) {
		key, system := c.doc.ContentKeys[0], c.doc.DRMSystems[0]
		if key.HDCP != nil || system.HLSAllowedCPC.Present || system.ContentProtectionData.Robustness.Present {
			c.Errorf("%+v %+v", key, system)
		}
	}},
	{name: "multiVariant is answered as asked", versions: "2.1", edits: []string{`"master"`, `"multiVariant"`}, holds: func(c *conversation) {
		if got := c.doc.DRMSystems[0].HLSSignalingData[1]; got.Playlist.Value != "multiVariant" || got.Value == "" {
			c.Errorf("%+v", got)
		}
	}},
}

var withExtras = []string{
	`(ContentKey kid="1[^"]*" commonEncryptionScheme="cbcs")/>`, `$1><cpix:HDCPData HLSHDCPLevel="TYPE-0"/></cpix:ContentKey>`,
	`systemId="ed`, `HLSAllowedCPC="X" systemId="ed`, `<cpix:ContentProtectionData/>`, `<cpix:ContentProtectionData robustness="Y"/>`,
}

func TestAPSSHOfFairPlayMayStayEmpty(t *testing.T) {
	p := startAll(t, speke.Settings{FairPlayPSSH: true})
	s := p.answered(edit(t, valid, widevine, fairPlay)).DRMSystems[0]
	if s.PSSH != cpix.NewText("") || s.ContentProtectionData != nil {
		t.Errorf("%+v", s)
	}
}
