package signaling_test

import (
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

const (
	sdKID    = "8ba94ade6eb9449db44fa5beefaf43b0"
	audioKID = "c2faf66e2852cc4c4a751f0a2a941fdb"
)

func TestAWidevineBoxWithPeriodFieldsIsThePublishedOne(t *testing.T) {
	settings := signaling.Settings{Widevine: signaling.WidevineSettings{ContentID: "live_ch1", PeriodFields: true}}
	got, ok := settings.For(signaling.Widevine, signaling.Key{
		KID: kid(t, sdKID), Scheme: "cenc", PeriodIndex: 178, PeriodSeconds: 3600,
	})
	if !ok {
		t.Fatal("Widevine is not signaled")
	}
	// A published value for Widevine key rotation that several implementations agree on.
	want := "AAAASHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAACgSEIupSt5uuUSdtE+lvu+vQ7AiCGxpdmVfY2gxOLIBSOPclZsGUJAc"
	if diff := cmp.Diff(want, base64.StdEncoding.EncodeToString(got.PSSH)); diff != "" {
		t.Error(diff)
	}
}

// The values of this test are the boxes that shaka-packager 3.4.2 wrote for two keys.
func TestBoxesOfTwoKIDsAreThosePackagersWrite(t *testing.T) {
	kids := [][16]byte{kid(t, audioKID), kid(t, sdKID)}
	for scheme, want := range map[string]string{
		"cenc": "AAAASnBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAACoSEML69m4oUsxMSnUfCiqUH9sSEIupSt5uuUSdtE+lvu+vQ7BI49yVmwY=",
		"cbcs": "AAAASnBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAACoSEML69m4oUsxMSnUfCiqUH9sSEIupSt5uuUSdtE+lvu+vQ7BI88aJmwY=",
	} {
		key := signaling.Key{Scheme: scheme}
		header := signaling.AppendWidevineHeader(nil, signaling.WidevineSettings{}, key, kids...)
		got := signaling.AppendPSSH(nil, signaling.Widevine, header)
		if diff := cmp.Diff(want, base64.StdEncoding.EncodeToString(got)); diff != "" {
			t.Errorf("Widevine, %s: %s", scheme, diff)
		}
	}
	want := "AAAARHBzc2gBAAAAEHfv7MCyTQKs4zweUuL7SwAAAALC+vZuKFLMTEp1HwoqlB/bi6lK3m65RJ20T6W+769DsAAAAAA="
	got := signaling.AppendPSSH(nil, signaling.Common, nil, kids...)
	if diff := cmp.Diff(want, base64.StdEncoding.EncodeToString(got)); diff != "" {
		t.Errorf("common: %s", diff)
	}
}

// The same boxes with one KID: sizes and count by hand from the boxes above.
func TestBoxesOfOneKIDHaveTheSameLayout(t *testing.T) {
	for _, c := range []struct {
		name, scheme, want string
		system             signaling.System
	}{
		{
			name: "Widevine under cenc", system: signaling.Widevine, scheme: "cenc",
			want: "00000038" + "70737368" + "00000000" + "edef8ba979d64acea3c827dcd51d21ed" +
				"00000018" + "1210" + sdKID + "48e3dc959b06",
		},
		{
			name: "Widevine under cbcs", system: signaling.Widevine, scheme: "cbcs",
			want: "00000038" + "70737368" + "00000000" + "edef8ba979d64acea3c827dcd51d21ed" +
				"00000018" + "1210" + sdKID + "48f3c6899b06",
		},
		{
			name: "common", system: signaling.Common, scheme: "cenc",
			want: "00000034" + "70737368" + "01000000" + "1077efecc0b24d02ace33c1e52e2fb4b" +
				"00000001" + sdKID + "00000000",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := signaling.Settings{}.For(c.system, signaling.Key{KID: kid(t, sdKID), Scheme: c.scheme})
			if diff := cmp.Diff(c.want, hex.EncodeToString(got.PSSH)); !ok || diff != "" {
				t.Errorf("signaled %v, box: %s", ok, diff)
			}
		})
	}
}
