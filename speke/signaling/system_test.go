package signaling_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

func TestEachSystemGoesWithItsSchemes(t *testing.T) {
	want := map[signaling.System][]string{
		signaling.Widevine:       schemes,
		signaling.Common:         schemes,
		signaling.ClearKey:       schemes,
		signaling.PlayReady:      {"cenc", "cbcs"},
		signaling.FairPlay:       {"cbcs"},
		signaling.HLSAES128:      {"cbc1"},
		signaling.ClearKeyAES128: {"cbc1"},
	}
	got := map[signaling.System][]string{}
	for _, system := range append([]signaling.System{""}, systems...) {
		for _, scheme := range append([]string{"", "CENC", "none"}, schemes...) {
			if system.Compatible(scheme) {
				got[system] = append(got[system], scheme)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASystemIsSignaledIfItIsSupportedAndGoesWithTheScheme(t *testing.T) {
	aes128 := []signaling.System{signaling.HLSAES128, signaling.ClearKeyAES128}
	without := signaling.Settings{}
	with := signaling.Settings{AES128: signaling.AES128Settings{URI: "https://a/{kid}"}}
	for _, settings := range []signaling.Settings{without, with} {
		for _, system := range append([]signaling.System{""}, systems...) {
			supported := system != "" && (settings == with || !slices.Contains(aes128, system))
			if diff := cmp.Diff(supported, settings.Supports(system)); diff != "" {
				t.Errorf("%s supported: %s", system, diff)
			}
			for _, scheme := range append([]string{"", "sample-aes"}, schemes...) {
				got, ok := settings.For(system, signaling.Key{Scheme: scheme})
				if diff := cmp.Diff(supported && system.Compatible(scheme), ok); diff != "" {
					t.Errorf("%s under %q: %s", system, scheme, diff)
				}
				if diff := cmp.Diff(signaling.Signaling{}, got); !ok && diff != "" {
					t.Errorf("%s under %q is refused with something: %s", system, scheme, diff)
				}
			}
		}
	}
}

func TestSystemIDsAreReadInEitherLetterCase(t *testing.T) {
	for _, system := range systems {
		for _, id := range []string{string(system), strings.ToUpper(string(system))} {
			if got, ok := signaling.ParseSystem(id); !ok || got != system {
				t.Errorf("%s: got %q, %v", id, got, ok)
			}
		}
	}
}

func FuzzASystemIsReadOnlyFromItsOwnID(f *testing.F) {
	for _, system := range systems {
		f.Add(string(system))
		f.Add(strings.ReplaceAll(string(system), "-", ""))
		f.Add(" " + strings.ToUpper(string(system)))
	}
	f.Add("00000000-0000-0000-0000-000000000000")
	f.Fuzz(func(t *testing.T, id string) {
		got, ok := signaling.ParseSystem(id)
		if known := slices.Contains(systems, got); known != ok {
			t.Errorf("%q: read as %q, %v", id, got, ok)
		}
		if same := strings.EqualFold(id, string(got)); ok && !same {
			t.Errorf("%q: read as %q", id, got)
		}
	})
}
