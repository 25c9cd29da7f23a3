package signaling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

// The box is the one of TestBoxesOfOneKIDHaveTheSameLayout, the spelling that of the
// SPEKE 2.0 specification for HLSSignalingData.
func TestWidevineLinesHaveTheMethodOfTheirScheme(t *testing.T) {
	attributes := func(method, box string) string {
		return "METHOD=" + method + `,URI="data:text/plain;base64,` + box +
			`",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",KEYFORMATVERSIONS="1"`
	}
	for scheme, want := range map[string]string{
		"cbcs": attributes("SAMPLE-AES", "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEIupSt5uuUSdtE+lvu+vQ7BI88aJmwY="),
		"cenc": attributes("SAMPLE-AES-CTR", "AAAAOHBzc2gAAAAA7e+LqXnWSs6jyCfc1R0h7QAAABgSEIupSt5uuUSdtE+lvu+vQ7BI49yVmwY="),
	} {
		got, _ := signaling.Settings{}.For(signaling.Widevine, signaling.Key{KID: kid(t, sdKID), Scheme: scheme})
		if diff := cmp.Diff("#EXT-X-KEY:"+want, got.HLSMedia); diff != "" {
			t.Errorf("%s, media: %s", scheme, diff)
		}
		if diff := cmp.Diff("#EXT-X-SESSION-KEY:"+want, got.HLSMaster); diff != "" {
			t.Errorf("%s, master: %s", scheme, diff)
		}
	}
}

func TestSchemesThatHLSDoesNotKnowHaveNoLines(t *testing.T) {
	for _, scheme := range []string{"cens", "cbc1"} {
		got, ok := signaling.Settings{}.For(signaling.Widevine, signaling.Key{KID: kid(t, sdKID), Scheme: scheme})
		if !ok || len(got.PSSH) == 0 {
			t.Errorf("%s: no box", scheme)
		}
		if got.HLSMedia != "" || got.HLSMaster != "" {
			t.Errorf("%s: lines %q, %q", scheme, got.HLSMedia, got.HLSMaster)
		}
	}
}
