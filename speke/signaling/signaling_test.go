package signaling_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

var (
	schemes = []string{"cenc", "cens", "cbc1", "cbcs"}
	systems = []signaling.System{
		signaling.Widevine, signaling.PlayReady, signaling.FairPlay, signaling.Common,
		signaling.ClearKey, signaling.HLSAES128, signaling.ClearKeyAES128,
	}
)

func drawKey(t *rapid.T) signaling.Key {
	k := signaling.Key{
		KID:           [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "kid")),
		Scheme:        rapid.SampledFrom(schemes).Draw(t, "scheme"),
		PeriodIndex:   rapid.Uint32().Draw(t, "index"),
		PeriodSeconds: rapid.Uint32().Draw(t, "seconds"),
		Channel:       rapid.String().Draw(t, "channel"),
		ContentID:     rapid.StringN(0, -1, 300).Draw(t, "content ID"),
	}
	if rapid.Bool().Draw(t, "has an IV") {
		k.IV = rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "IV")
	}
	if rapid.Bool().Draw(t, "has a check") {
		k.Check = rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "check")
	}
	return k
}

// drawSettings draws settings that Check accepts.
func drawSettings(t *rapid.T) signaling.Settings {
	one := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	long := "https://a.example.com/" + strings.Repeat("&", 490)
	s := signaling.Settings{
		Widevine: signaling.WidevineSettings{
			Provider:     rapid.StringN(0, -1, 256).Draw(t, "provider"),
			ContentID:    rapid.StringN(0, -1, 256).Draw(t, "configured content ID"),
			PeriodFields: rapid.Bool().Draw(t, "period fields"),
		},
		PlayReady: signaling.PlayReadySettings{
			LAURL:            one("LA_URL", "", "https://pr.example.com/rm.asmx?a=1&b='2'", long),
			LUIURL:           one("LUI_URL", "", "http://pr.example.com", long),
			CustomAttributes: one("custom attributes", "", `<a b="&quot;">𝄞&amp;</a>`, strings.Repeat("x", 1024)),
			DecryptorSetup:   one("decryptor setup", "", "ONDEMAND"),
		},
		FairPlay: signaling.FairPlaySettings{URI: one("skd", "", "skd://{kid}:{iv}", "skd://{content_id}/{json}", "skd:{channel}.{kid_hex}")},
		ClearKey: signaling.ClearKeySettings{Laurl: one("laurl", "", "https://keys.example.com/clearkey?a&channel={channel}")},
		AES128:   signaling.AES128Settings{URI: one("aes128", "", "https://keys.example.com/{channel}/{kid}", "http://a/{kid_hex}?{content_id}")},
	}
	if found := problems(s); found != nil {
		t.Fatalf("settings are refused: %v", found)
	}
	return s
}

func TestAWidevineHeaderReadsBackAsWhatWasSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, settings := drawKey(t), drawSettings(t)
		got, _ := settings.For(signaling.Widevine, k)
		box := readBox(t, got.PSSH)
		if box.Version != 0 || box.System != "edef8ba979d64acea3c827dcd51d21ed" {
			t.Errorf("version %d of system %s", box.Version, box.System)
		}
		if diff := cmp.Diff(wantHeader(settings.Widevine, k), readFields(t, box.Data)); diff != "" {
			t.Error(diff)
		}
	})
}

func wantHeader(w signaling.WidevineSettings, k signaling.Key) []field {
	fields := []field{{ID: 2, Text: string(k.KID[:])}}
	if w.Provider != "" {
		fields = append(fields, field{ID: 3, Text: w.Provider})
	}
	if w.ContentID != "" {
		fields = append(fields, field{ID: 4, Text: w.ContentID})
	} else if k.ContentID != "" {
		fields = append(fields, field{ID: 4, Text: k.ContentID})
	}
	scheme := field{ID: 9, Number: uint64(binary.BigEndian.Uint32([]byte(k.Scheme)))}
	if !w.PeriodFields || k.PeriodSeconds == 0 {
		return append(fields, scheme)
	}
	return append(fields, field{ID: 7, Number: uint64(k.PeriodIndex)}, scheme, field{ID: 10, Number: uint64(k.PeriodSeconds)})
}

func TestACommonBoxNamesItsOwnKIDAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := drawKey(t)
		got, _ := drawSettings(t).For(signaling.Common, k)
		want := box{Version: 1, System: "1077efecc0b24d02ace33c1e52e2fb4b", KIDs: [][16]byte{k.KID}, Data: []byte{}}
		if diff := cmp.Diff(want, readBox(t, got.PSSH)); diff != "" {
			t.Error(diff)
		}
		if got.HLSMedia != "" || got.HLSMaster != "" {
			t.Errorf("an HLS line for a system that HLS does not know: %q %q", got.HLSMedia, got.HLSMaster)
		}
	})
}

func TestTheBoxIsTheSameInEveryPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		system := rapid.SampledFrom([]signaling.System{signaling.Widevine, signaling.Common}).Draw(t, "system")
		got, ok := drawSettings(t).For(system, drawKey(t))
		if !ok || len(got.PSSH) == 0 {
			t.Fatalf("%s: signaled %v with %d bytes", system, ok, len(got.PSSH))
		}
		if diff := cmp.Diff(got.PSSH, boxOfXML(t, got.ContentProtectionData)); diff != "" {
			t.Errorf("ContentProtectionData: %s", diff)
		}
		if got.HLSMedia == "" {
			return
		}
		uri, _ := strings.CutPrefix(readAttributes(t, got.HLSMedia)["URI"], "data:text/plain;base64,")
		if diff := cmp.Diff(got.PSSH, decode(t, uri)); diff != "" {
			t.Errorf("HLS: %s", diff)
		}
	})
}

// Replicas and the feed must give the bytes that packagers got, whatever happened between.
func TestSignalingIsAFunctionOfSettingsAndKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		system, settings, k := rapid.SampledFrom(systems).Draw(t, "system"), drawSettings(t), drawKey(t)
		once, ok := settings.For(system, k)
		want := fmt.Sprint(once)
		for _, b := range [][]byte{once.PSSH, once.ContentProtectionData, once.ProtectionHeader} {
			clear(b)
		}
		again, same := settings.For(system, k)
		if diff := cmp.Diff(want, fmt.Sprint(again)); ok != same || diff != "" {
			t.Errorf("%s, signaled %v and %v: %s", system, ok, same, diff)
		}
	})
}

func boxOfXML(t *rapid.T, fragment []byte) []byte {
	var element struct {
		XMLName xml.Name `xml:"urn:mpeg:cenc:2013 pssh"`
		Text    string   `xml:",chardata"`
	}
	if err := xml.Unmarshal(fragment, &element); err != nil {
		t.Fatalf("%s: %v", fragment, err)
	}
	return decode(t, element.Text)
}

func decode(t interface{ Fatalf(string, ...any) }, text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return b
}

// checkSignaling holds whatever settings give for k under every system and scheme to what
// playlists and manifests can carry.
func checkSignaling(t *testing.T, settings signaling.Settings, k signaling.Key) {
	t.Helper()
	for _, system := range systems {
		for _, k.Scheme = range schemes {
			got, _ := settings.For(system, k)
			if got.HLSMedia != "" && readAttributes(t, got.HLSMedia)["URI"] != got.URI {
				t.Errorf("%s: %q is not the URI of %q", system, got.URI, got.HLSMedia)
			}
			if strings.HasPrefix(got.KeyFormat, "identity") {
				parse(t, got.URI)
			}
			var element struct {
				Laurl string `xml:"https://dashif.org/CPS Laurl"`
			}
			if err := xml.Unmarshal([]byte("<x>"+string(got.ContentProtectionData)+"</x>"), &element); err != nil {
				t.Errorf("%s: %q: %v", system, got.ContentProtectionData, err)
			}
			if system == signaling.ClearKey && element.Laurl != "" {
				parse(t, element.Laurl)
			}
		}
	}
}

func parse(t *testing.T, text string) {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		t.Errorf("%q reaches no server: %v", text, err)
	}
}

func BenchmarkSignaling(b *testing.B) {
	settings := signaling.Settings{Widevine: signaling.WidevineSettings{Provider: "example", ContentID: "live_ch1"}}
	k := signaling.Key{KID: kid(b, sdKID), Scheme: "cbcs", IV: make([]byte, 16)}
	for name, system := range map[string]signaling.System{
		"Widevine": signaling.Widevine, "PlayReady": signaling.PlayReady, "FairPlay": signaling.FairPlay,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				settings.For(system, k)
			}
		})
	}
}
