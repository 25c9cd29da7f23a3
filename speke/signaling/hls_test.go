package signaling_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

// The Widevine box is the one of TestBoxesOfOneKIDHaveTheSameLayout, PlayReady's objects are
// cut short here; the spelling is that of the SPEKE 2.0 specification for HLSSignalingData.
func TestHLSLinesAreSpelledAsSPEKESpellsThem(t *testing.T) {
	settings := signaling.Settings{AES128: signaling.AES128Settings{
		URI: "https://keys.example.com/license/aes128/{channel}/{kid}",
	}}
	const id = "8ba94ade-6eb9-449d-b44f-a5beefaf43b0"
	widevine := func(method, box string) string {
		return "METHOD=" + method + `,URI="data:text/plain;base64,` + box +
			`",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",KEYFORMATVERSIONS="1"`
	}
	playReady := func(method, start string) string {
		return "METHOD=" + method + `,KEYFORMAT="com.microsoft.playready",KEYFORMATVERSIONS="1",URI="data:text/plain;charset=UTF-16;base64,` + start
	}
	aes128 := `METHOD=AES-128,URI="https://keys.example.com/license/aes128/news/` + id + `",KEYFORMAT="identity",KEYFORMATVERSIONS="1"`
	for _, c := range []struct {
		name, scheme string
		system       signaling.System
		want         string
	}{
		{"Widevine", "cbcs", signaling.Widevine, widevine("SAMPLE-AES", "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEIupSt5uuUSdtE+lvu+vQ7BI88aJmwY=")},
		{"Widevine", "cenc", signaling.Widevine, widevine("SAMPLE-AES-CTR", "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEIupSt5uuUSdtE+lvu+vQ7BI49yVmwY=")},
		{"PlayReady", "cbcs", signaling.PlayReady, playReady("SAMPLE-AES", "vgEAAAEAAQC0ATwAVwBSAE0A")},
		{"PlayReady", "cenc", signaling.PlayReady, playReady("SAMPLE-AES-CTR", "xAEAAAEAAQC6ATwAVwBSAE0A")},
		{"FairPlay", "cbcs", signaling.FairPlay, `METHOD=SAMPLE-AES,URI="skd://` + id + `",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"`},
		{"AES-128 in 1.0", "cbc1", signaling.HLSAES128, aes128},
		{"AES-128 in 2.x", "cbc1", signaling.ClearKeyAES128, aes128},
	} {
		t.Run(c.name+" under "+c.scheme, func(t *testing.T) {
			got, _ := settings.For(c.system, signaling.Key{KID: kid(t, sdKID), Scheme: c.scheme, Channel: "news", IV: make([]byte, 16)})
			for tag, line := range map[string]string{"#EXT-X-KEY:": got.HLSMedia, "#EXT-X-SESSION-KEY:": got.HLSMaster} {
				if c.system == signaling.PlayReady {
					line = line[:min(len(line), len(tag)+len(c.want))]
				}
				if diff := cmp.Diff(tag+c.want, line); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestSchemesThatHLSDoesNotKnowHaveNoLines(t *testing.T) {
	for _, scheme := range []string{"cens", "cbc1"} {
		got, ok := signaling.Settings{}.For(signaling.Widevine, signaling.Key{KID: kid(t, sdKID), Scheme: scheme})
		if !ok || len(got.PSSH) == 0 {
			t.Errorf("%s: no box", scheme)
		}
		if got.HLSMedia+got.HLSMaster+got.URI+got.KeyFormat+got.KeyFormatVersions != "" {
			t.Errorf("%s: lines %q, %q", scheme, got.HLSMedia, got.HLSMaster)
		}
	}
}

// What SPEKE 1.0 puts into elements of their own is what stands in the lines.
func TestBothLinesAndTheElementsOfSPEKE1SayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		system, k := rapid.SampledFrom(systems).Draw(t, "system"), drawKey(t)
		got, ok := drawSettings(t).For(system, k)
		if !ok || got.HLSMedia == "" {
			if got.URI != "" {
				t.Errorf("%s: URI %q without a line", system, got.URI)
			}
			return
		}
		attributes := readAttributes(t, got.HLSMedia)
		delete(attributes, "METHOD")
		want := map[string]string{"URI": got.URI, "KEYFORMAT": got.KeyFormat, "KEYFORMATVERSIONS": got.KeyFormatVersions}
		if diff := cmp.Diff(want, attributes); diff != "" {
			t.Errorf("%s: %s", system, diff)
		}
		if diff := cmp.Diff(strings.Replace(got.HLSMedia, "#EXT-X-KEY", "#EXT-X-SESSION-KEY", 1), got.HLSMaster); diff != "" {
			t.Errorf("%s: %s", system, diff)
		}
	})
}
