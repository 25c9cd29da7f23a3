package signaling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

// The box is the common one of TestBoxesOfOneKIDHaveTheSameLayout under another system ID.
func TestAClearKeyBoxNamesItsOwnKIDAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := drawKey(t)
		got, _ := drawSettings(t).For(signaling.ClearKey, k)
		want := box{Version: 1, System: "e2719d58a985b3c9781ab030af78d30e", KIDs: [][16]byte{k.KID}, Data: []byte{}}
		if diff := cmp.Diff(want, readBox(t, got.PSSH)); diff != "" {
			t.Error(diff)
		}
	})
}

// The element is that of DASH-IF IOP, part 6, Use of W3C Clear Key with DASH.
func TestADescriptorForClearKeySaysWhereLicencesAreAndNothingElse(t *testing.T) {
	for laurl, want := range map[string]string{
		"": "",
		"https://keys.example.com/license/clearkey?a&channel={channel}&kid={kid}": `<dashif:Laurl xmlns:dashif="https://dashif.org/CPS" licenseType="EME-1.0">` +
			`https://keys.example.com/license/clearkey?a&amp;channel=a%26b&amp;kid=8ba94ade-6eb9-449d-b44f-a5beefaf43b0</dashif:Laurl>`,
	} {
		settings := signaling.Settings{ClearKey: signaling.ClearKeySettings{Laurl: laurl}}
		got, _ := settings.For(signaling.ClearKey, signaling.Key{KID: kid(t, sdKID), Scheme: "cenc", Channel: "a&b"})
		if diff := cmp.Diff(want, string(got.ContentProtectionData)); diff != "" {
			t.Error(diff)
		}
		if got.HLSMedia != "" || got.HLSMaster != "" {
			t.Errorf("HLS lines %q, %q", got.HLSMedia, got.HLSMaster)
		}
	}
}
