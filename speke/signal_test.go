package speke_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

func TestOnlyWhatWasAskedForComesBackFilled(t *testing.T) {
	p := start(t, setup{})
	const children = `<cpix:PSSH/>\s*<cpix:ContentProtectionData/>\s*<cpix:HLSSignalingData playlist="media"/>\s*<cpix:HLSSignalingData playlist="master"/>`
	for _, tc := range []struct{ name, asked, filled string }{
		{"nothing", "", ""},
		{"a PSSH", "<cpix:PSSH/>", "PSSH"},
		{"a PSSH with something in it", "<cpix:PSSH>AAAA</cpix:PSSH>", "PSSH"},
		{"content protection", "<cpix:ContentProtectionData/>", "ContentProtectionData"},
		{"the media playlist", `<cpix:HLSSignalingData playlist="media"/>`, "#EXT-X-KEY"},
		{"the master playlist", `<cpix:HLSSignalingData playlist="master"/>`, "#EXT-X-SESSION-KEY"},
		{"the master playlist by its newer name", `<cpix:HLSSignalingData playlist="multiVariant"/>`, "#EXT-X-SESSION-KEY"},
		{"a playlist without name", `<cpix:HLSSignalingData/>`, "#EXT-X-KEY"},
		{"a playlist that nobody knows", `<cpix:HLSSignalingData playlist="other"/>`, ""},
		{"what belongs to other versions", `<cpix:URIExtXKey/><cpix:SmoothStreamingProtectionHeaderData/>`, ""},
		{"all, in another order", `<cpix:HLSSignalingData playlist="master"/><cpix:ContentProtectionData/><cpix:HLSSignalingData playlist="media"/><cpix:PSSH/>`, "PSSH ContentProtectionData #EXT-X-SESSION-KEY #EXT-X-KEY"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			doc := p.answered(edit(t, valid, children, tc.asked))
			if got := filled(t, doc.DRMSystems[0]); got != tc.filled {
				t.Errorf("filled %q, want %q", got, tc.filled)
			}
		})
	}
}

// filled names the children of a DRM system that are there; each must have something in it.
func filled(t *testing.T, s *cpix.DRMSystem) string {
	t.Helper()
	var names []string
	add := func(name, value string) {
		if b, err := base64.StdEncoding.DecodeString(value); err != nil || len(b) == 0 {
			t.Errorf("%s holds %q", name, value)
		}
		names = append(names, name)
	}
	if s.PSSH.Present {
		add("PSSH", s.PSSH.Value)
	}
	if s.ContentProtectionData != nil {
		add("ContentProtectionData", s.ContentProtectionData.Value)
	}
	for _, h := range s.HLSSignalingData {
		line, _ := base64.StdEncoding.DecodeString(h.Value)
		tag, _, _ := strings.Cut(string(line), ":")
		add(tag, h.Value)
	}
	if s.URIExtXKey.Present {
		add("URIExtXKey", s.URIExtXKey.Value)
	}
	if s.SmoothStreamingProtectionHeaderData.Present {
		add("SmoothStreamingProtectionHeaderData", s.SmoothStreamingProtectionHeaderData.Value)
	}
	return strings.Join(names, " ")
}

func TestWhatASystemCannotHaveIsLeftOut(t *testing.T) {
	p := start(t, setup{})
	common := edit(t, valid, `<cpix:PSSH/>(\s*</cpix:DRMSystem>\s*</cpix:DRMSystemList>)`, `<cpix:PSSH/><cpix:HLSSignalingData playlist="media"/>$1`)
	if got := filled(t, p.answered(common).DRMSystems[1]); got != "PSSH" {
		t.Errorf("filled %q, want PSSH alone: HLS has no name for the common system", got)
	}
}
