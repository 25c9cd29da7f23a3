package speke_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// Two KIDs as packagers make them up.
const (
	videoKID = "11111111-1111-4111-8111-111111111111"
	audioKID = "22222222-2222-4222-8222-222222222222"
)

// valid asks for two tracks of the period that begins at noon, as MediaPackage asks.
const valid = `<?xml version="1.0" encoding="UTF-8"?>
<cpix:CPIX contentId="live" version="2.3" xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc">
  <cpix:ContentKeyList>
    <cpix:ContentKey kid="` + videoKID + `" commonEncryptionScheme="cbcs"/>
    <cpix:ContentKey kid="` + audioKID + `" commonEncryptionScheme="cbcs"/>
  </cpix:ContentKeyList>
  <cpix:DRMSystemList>
    <cpix:DRMSystem kid="` + videoKID + `" systemId="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed">
      <cpix:PSSH/>
      <cpix:ContentProtectionData/>
      <cpix:HLSSignalingData playlist="media"/>
      <cpix:HLSSignalingData playlist="master"/>
    </cpix:DRMSystem>
    <cpix:DRMSystem kid="` + audioKID + `" systemId="1077efec-c0b2-4d02-ace3-3c1e52e2fb4b">
      <cpix:PSSH/>
    </cpix:DRMSystem>
  </cpix:DRMSystemList>
  <cpix:ContentKeyPeriodList>
    <cpix:ContentKeyPeriod id="now" index="2953944"/>
  </cpix:ContentKeyPeriodList>
  <cpix:ContentKeyUsageRuleList>
    <cpix:ContentKeyUsageRule kid="` + videoKID + `" intendedTrackType="VIDEO"><cpix:KeyPeriodFilter periodId="now"/><cpix:VideoFilter minPixels="0" maxPixels="2073600"/></cpix:ContentKeyUsageRule>
    <cpix:ContentKeyUsageRule kid="` + audioKID + `" intendedTrackType="AUDIO"><cpix:KeyPeriodFilter periodId="now"/><cpix:AudioFilter minChannels="1" maxChannels="2"/></cpix:ContentKeyUsageRule>
  </cpix:ContentKeyUsageRuleList>
</cpix:CPIX>`

// edit replaces what patterns match in document: pattern, replacement, pattern, … A pattern
// that matches nothing fails the test.
func edit(t testing.TB, document string, patterns ...string) string {
	t.Helper()
	for i := 0; i < len(patterns); i += 2 {
		pattern := regexp.MustCompile("(?s)" + patterns[i])
		if !pattern.MatchString(document) {
			t.Fatalf("nothing matches %q", patterns[i])
		}
		document = pattern.ReplaceAllString(document, patterns[i+1])
	}
	return document
}

// An ask is a key that a document asks for. The zero scheme is cbcs, the zero track VIDEO.
type ask struct {
	index  uint32
	track  string
	scheme string
	iv     string
}

// documentOf asks for keys, each with a period of its own, in this order.
func documentOf(contentID string, asks ...ask) string {
	var keys, systems, periods, rules strings.Builder
	for i, a := range asks {
		kid := fmt.Sprintf("%08x-0000-4000-8000-000000000000", i+1)
		scheme, track, iv := a.scheme, a.track, ""
		if scheme == "" {
			scheme = "cbcs"
		}
		if track == "" {
			track = "VIDEO"
		}
		if a.iv != "" {
			iv = fmt.Sprintf(` explicitIV="%s"`, a.iv)
		}
		fmt.Fprintf(&keys, `<ContentKey kid="%s" commonEncryptionScheme="%s"%s/>`, kid, scheme, iv)
		fmt.Fprintf(&systems, `<DRMSystem kid="%s" systemId="edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"><PSSH/></DRMSystem>`, kid)
		fmt.Fprintf(&periods, `<ContentKeyPeriod id="p%d" index="%d"/>`, i, a.index)
		fmt.Fprintf(&rules, `<ContentKeyUsageRule kid="%s" intendedTrackType="%s"><KeyPeriodFilter periodId="p%d"/></ContentKeyUsageRule>`, kid, track, i)
	}
	return fmt.Sprintf(`<CPIX xmlns="urn:dashif:org:cpix" contentId="%s" version="2.3"><ContentKeyList>%s</ContentKeyList>`+
		`<DRMSystemList>%s</DRMSystemList><ContentKeyPeriodList>%s</ContentKeyPeriodList>`+
		`<ContentKeyUsageRuleList>%s</ContentKeyUsageRuleList></CPIX>`, contentID, &keys, &systems, &periods, &rules)
}

// indexes asks for the video keys of period indexes.
func indexes(of ...uint32) []ask {
	asks := make([]ask, len(of))
	for i, index := range of {
		asks[i] = ask{index: index}
	}
	return asks
}

// answered sends a document and reads the answer, which must be a success.
func (p *provider) answered(document string) *cpix.Document {
	p.Helper()
	got := p.post("2.0", document)
	if got.status != http.StatusOK {
		p.Fatalf("status %d: %s", got.status, got.body)
	}
	doc, err := cpix.Read([]byte(got.body))
	if err != nil {
		p.Fatal(err)
	}
	return doc
}

// starts asks for the video keys of indexes and tells the start of the period that each
// one got, by its KID. The key that came with the KID must be the one of the source.
func (p *provider) starts(contentID string, of ...uint32) []time.Time {
	p.Helper()
	doc := p.answered(documentOf(contentID, indexes(of...)...))
	starts := make([]time.Time, len(doc.ContentKeys))
	for i, key := range doc.ContentKeys {
		kid, err := keyplan.ParseKID(key.KID.Value)
		if err != nil {
			p.Fatal(err)
		}
		e, _, ok := p.replica.Plan(p.channel.ID).KID(kid)
		if !ok {
			p.Fatalf("KID %s is not in the plan", kid)
		}
		starts[i] = e.Start
		p.requireKey(key, keyplan.KeyRef{Start: e.Start, Track: "VIDEO", Scheme: keyplan.CBCS})
	}
	return starts
}

// requireKey compares KID and key with those of the source for a place in the first
// channel, without printing either.
func (p *provider) requireKey(got *cpix.ContentKey, at keyplan.KeyRef) {
	p.Helper()
	at.Channel = p.channel.ID
	kid, secret, err := p.planner.Source.Draw(p.Context(), at)
	if err != nil {
		p.Fatal(err)
	}
	if got.KID.Value != kid.String() {
		p.Errorf("KID %s, want %s (track %s, period %s)", got.KID.Value, kid, at.Track, at.Start)
	}
	if got.Key == nil || string(got.Key()) != string(secret.Reveal()) {
		p.Errorf("not the key of track %s, period %s", at.Track, at.Start)
	}
}

// refused sends a document, which must be refused with this message.
func (p *provider) refused(document string, status int, message string) {
	p.Helper()
	switch got := p.post("2.0", document); {
	case got.status == http.StatusOK: // and the body holds keys
		p.Errorf("answered, want %d %q", status, message)
	case got.status != status || got.body != message:
		p.Errorf("%d %q, want %d %q", got.status, got.body, status, message)
	}
}
