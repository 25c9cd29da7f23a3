package signaling_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
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
	return signaling.Key{
		KID:           [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "kid")),
		Scheme:        rapid.SampledFrom(schemes).Draw(t, "scheme"),
		PeriodIndex:   rapid.Uint32().Draw(t, "index"),
		PeriodSeconds: rapid.Uint32().Draw(t, "seconds"),
		ContentID:     rapid.StringN(0, -1, 300).Draw(t, "content ID"),
	}
}

func drawSettings(t *rapid.T) signaling.Settings {
	return signaling.Settings{Widevine: signaling.WidevineSettings{
		Provider:     rapid.StringN(0, -1, 256).Draw(t, "provider"),
		ContentID:    rapid.StringN(0, -1, 256).Draw(t, "configured content ID"),
		PeriodFields: rapid.Bool().Draw(t, "period fields"),
	}}
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
		for _, line := range []string{got.HLSMedia, got.HLSMaster} {
			if line == "" {
				continue
			}
			if diff := cmp.Diff(got.PSSH, boxOfLine(t, line)); diff != "" {
				t.Errorf("HLS: %s", diff)
			}
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

func boxOfLine(t *rapid.T, line string) []byte {
	_, rest, _ := strings.Cut(line, `URI="data:text/plain;base64,`)
	text, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("no data URI in %q", line)
	}
	return decode(t, text)
}

func decode(t *rapid.T, text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return b
}

func BenchmarkWidevine(b *testing.B) {
	settings := signaling.Settings{Widevine: signaling.WidevineSettings{Provider: "example", ContentID: "live_ch1"}}
	k := signaling.Key{KID: kid(b, sdKID), Scheme: "cbcs"}
	b.ReportAllocs()
	for b.Loop() {
		settings.For(signaling.Widevine, k)
	}
}
