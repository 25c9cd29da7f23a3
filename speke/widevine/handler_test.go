package widevine_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

// The messages of shaka-packager 3.4.2 for the content ID "live" under
// --crypto_period_duration 10, but for the number of the first period.
const (
	firstCall  = `{"content_id":"bGl2ZQ==","policy":"","tracks":[{"type":"SD"},{"type":"HD"},{"type":"UHD1"},{"type":"UHD2"},{"type":"AUDIO"}],"drm_types":["WIDEVINE"],"protection_scheme":"CENC"}`
	tenPeriods = `{"content_id":"bGl2ZQ==","policy":"","tracks":[{"type":"SD"},{"type":"HD"},{"type":"UHD1"},{"type":"UHD2"},{"type":"AUDIO"}],"drm_types":["WIDEVINE"],"first_crypto_period_index":41,"crypto_period_count":10,"crypto_period_seconds":10,"protection_scheme":"CENC"}`
)

func TestTenPeriodsGetTheKeysOfThePlanInOrder(t *testing.T) {
	for _, scheme := range []keyplan.Scheme{keyplan.CENC, keyplan.CBCS} {
		t.Run(string(scheme), func(t *testing.T) {
			s, h := newStack(t, nil)
			got := post(t, h, "live", envelope(t, strings.Replace(tenPeriods, "CENC", strings.ToUpper(string(scheme)), 1)))
			want := answer{Status: "OK"}
			for i, e := range s.replica.Plan("live").Between(noon.Add(-10*1e9), noon.Add(90*1e9)) {
				for _, track := range fiveTracks() {
					want.Tracks = append(want.Tracks, s.planned(e, track, scheme, new(41+uint32(i))))
				}
			}
			if len(want.Tracks) != 50 {
				t.Fatalf("%d keys are planned", len(want.Tracks))
			}
			if diff := cmp.Diff("[{WIDEVINE edef8ba979d64acea3c827dcd51d21ed}]", fmt.Sprint(got.DRM)); diff != "" {
				t.Error(diff)
			}
			got.DRM = nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"live OK"}, s.answered); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(10, len(s.served)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// planned is how a key of the plan has to be answered.
func (s *stack) planned(e *keyplan.Entry, track keyplan.Track, scheme keyplan.Scheme, index *uint32) answered {
	s.Helper()
	k, ok := e.Key(track, scheme)
	if !ok {
		s.Fatalf("no key is planned for %s", track)
	}
	secret, err := s.planner.Sealer.Open(s.Context(), e.Ref("live", k), k.KID, k.Sealed)
	if err != nil {
		s.Fatal(err)
	}
	// The box: 56 bytes, a header of 24. KID in field 2, scheme in field 9.
	fourcc := map[keyplan.Scheme]string{keyplan.CENC: "48e3dc959b06", keyplan.CBCS: "48f3c6899b06"}[scheme]
	data, _ := hex.DecodeString("1210" + hex.EncodeToString(k.KID[:]) + fourcc)
	head, _ := hex.DecodeString("00000038" + "70737368" + "00000000" + "edef8ba979d64acea3c827dcd51d21ed" + "00000018")
	var iv []byte
	if scheme == keyplan.CBCS {
		iv = keyplan.ExplicitIV(k.KID, scheme)
	}
	return answered{
		Type: track, KID: k.KID[:], Key: secret.Reveal(), IV: iv, Index: index,
		PSSH: []pssh{{Type: "WIDEVINE", Data: data, Boxes: slices.Concat(head, data)}},
	}
}

func TestTheFirstCallGetsTheEntryInForce(t *testing.T) {
	s, h := newStack(t, nil)
	got := post(t, h, "live", envelope(t, firstCall))
	e, _ := s.replica.Plan("live").At(s.now)
	want := answer{Status: "OK"}
	for _, track := range fiveTracks() {
		want.Tracks = append(want.Tracks, s.planned(e, track, keyplan.CENC, nil))
	}
	got.DRM = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]keyplan.Period{e.Period}, s.served); diff != "" {
		t.Error(diff)
	}
	if ask := s.asks[0]; ask.Indexes != nil || ask.ContentID != "live" || ask.Packager != "widevine_test" {
		t.Errorf("asked %+v", ask)
	}
}

func TestTheSameCallGetsTheSameBytes(t *testing.T) {
	_, first := newStack(t, nil)
	_, second := newStack(t, nil)
	want := post(t, first, "live", envelope(t, tenPeriods))
	for name, h := range map[string]*widevine.Handler{"again": first, "another server": second} {
		if diff := cmp.Diff(want, post(t, h, "live", envelope(t, tenPeriods))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnIndexIsAnchoredOneAfterTheFirst(t *testing.T) {
	for first, want := range map[uint32]uint32{0: 0, 1: 2, 41: 42, 1<<32 - 1: 0} {
		s, h := newStack(t, nil)
		message := fmt.Sprintf(`{"tracks":[{"type":"SD"}],"first_crypto_period_index":%d,"crypto_period_count":3}`, first)
		got := post(t, h, "live", envelope(t, message))
		if len(s.asks) != 1 || s.asks[0].Anchor != want {
			t.Errorf("first index %d: asked %+v", first, s.asks)
		}
		var indexes []uint32
		for _, track := range got.Tracks {
			indexes = append(indexes, *track.Index)
		}
		if diff := cmp.Diff([]uint32{first, first + 1, first + 2}, indexes); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatAMessageLeavesOutHasADefault(t *testing.T) {
	s, h := newStack(t, nil)
	got := post(t, h, "live", envelope(t, `{"tracks":[{"type":"AUDIO"}],"first_crypto_period_index":7,"unheard_of":{"a":[1]}}`))
	e, _ := s.replica.Plan("live").At(noon.Add(-1))
	want := []answered{s.planned(e, "AUDIO", keyplan.CENC, new(uint32(7)))}
	if diff := cmp.Diff(want, got.Tracks); diff != "" {
		t.Error(diff)
	}
}

func TestASchemeIsANameOrANumber(t *testing.T) {
	for written, want := range map[string]string{
		`"CENC"`: "cenc", `"cbcs"`: "cbcs", `1667591779`: "cenc", `1667392371`: "cbcs", `"UNSPECIFIED"`: "cenc", `0`: "cenc", `null`: "cenc",
	} {
		s, h := newStack(t, nil)
		got := post(t, h, "live", envelope(t, `{"tracks":[{"type":"SD"}],"protection_scheme":`+written+`}`))
		e, _ := s.replica.Plan("live").At(s.now)
		if diff := cmp.Diff([]answered{s.planned(e, "SD", keyplan.Scheme(want), nil)}, got.Tracks); diff != "" {
			t.Errorf("%s: %s", written, diff)
		}
	}
}

func TestTheContentIDNamesAPackagerEndpoint(t *testing.T) {
	s, h := newStack(t, nil)
	message := func(id string) string {
		return envelope(t, fmt.Sprintf(`{"content_id":%s,"tracks":[{"type":"SD"}]}`, must(json.Marshal([]byte(id)))))
	}
	for _, tc := range []struct{ channel, id, want string }{
		{"pair", "hd", "OK"}, {"pair", "uhd", "OK"}, {"live", "live", "OK"}, {"live", "", "OK"},
		{"pair", "pair", "CONTENT_ID_MISMATCH"}, {"live", "hd", "CONTENT_ID_MISMATCH"},
		{"pair", "", "CONTENT_ID_MISSING"},
	} {
		if got := post(t, h, tc.channel, message(tc.id)).Status; got != tc.want {
			t.Errorf("%s, content ID %q: %s, want %s", tc.channel, tc.id, got, tc.want)
		}
	}
	var asked []string
	for _, ask := range s.asks {
		asked = append(asked, ask.Channel.ID+" "+ask.ContentID)
	}
	if diff := cmp.Diff([]string{"pair hd", "pair uhd", "live live", "live live"}, asked); diff != "" {
		t.Error(diff)
	}
}

func must(b []byte, _ error) string { return string(b) }
