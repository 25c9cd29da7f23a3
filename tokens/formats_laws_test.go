package tokens_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// crowded is half an hour of 30s periods in two schemes: more keys than fit.
func crowded(t *testing.T) *studio {
	c := halfMinutes()
	c.DVR, c.Ahead = new(time.Hour), new(20)
	return newStudio(t, c, keyplan.CENC, keyplan.CBCS).at(t, morning.Add(30*time.Minute))
}

func TestWhateverTheFormatATokenKeepsItsCapsAndNamesWhatTheAnswerSays(t *testing.T) {
	s, section := crowded(t), allFormats()
	section.Axinom.UsagePolicies = []tokens.UsagePolicyConfig{{Name: "any"}, {Name: "hardware", FairPlay: `{"hdcp":"TYPE1"}`}}
	section.Axinom.TrackUsagePolicies = map[keyplan.Track]string{"AUDIO": "any"}
	rapid.Check(t, func(rt *rapid.T) {
		section.MaxCharacters = new(rapid.IntRange(2000, 9000).Draw(rt, "characters"))
		section.MaxKIDs = rapid.SampledFrom([]int{0, 6, 15}).Draw(rt, "KIDs")
		r := tokens.Request{Format: rapid.SampledFrom(section.Formats()).Draw(rt, "format")}
		r.Subject = rapid.StringN(0, 20, 60).Draw(rt, "subject")
		if r.Format == "axinom" && rapid.Bool().Draw(rt, "policy") {
			r.Policies = map[string]string{"VIDEO": "hardware"}
		}
		a := s.issueWith(t, section, r)
		if n := len(a.Token); n > *section.MaxCharacters || r.Format == "dashif" && n > 5000 {
			rt.Errorf("%s: %d characters, at most %d may be", r.Format, n, *section.MaxCharacters)
		}
		if section.MaxKIDs > 0 && len(a.KIDs) > section.MaxKIDs {
			rt.Errorf("%s: %d KIDs, at most %d may be", r.Format, len(a.KIDs), section.MaxKIDs)
		}
		if diff := cmp.Diff(a.KIDs, kidsIn(t, r.Format, a.Token)); diff != "" || a.Format != r.Format {
			rt.Errorf("%s: %s", a.Format, diff)
		}
	})
}

// At each of these lengths the room that is left is another, down to none.
func TestATokenIsAsLongAsItMayBeAndNoLonger(t *testing.T) {
	s, section := crowded(t), allFormats()
	for characters := 2000; characters < 2420; characters += 3 {
		section.MaxCharacters = &characters
		for _, format := range section.Formats() {
			a := s.issueWith(t, section, tokens.Request{Format: format})
			if n := len(a.Token); n > characters || n < characters-800 {
				t.Errorf("%s: %d characters, %d may be", format, n, characters)
			}
		}
	}
}

func TestOnlyDASHIFsKIDsAreInTheOrderOfText(t *testing.T) {
	s, section := newStudio(t, halfMinutes()).at(t, morning.Add(time.Minute)), allFormats()
	byPeriod := s.kids(t, 0, 30*time.Second, time.Minute)
	ascending := slices.SortedFunc(slices.Values(byPeriod), func(a, b keyplan.KID) int { return bytes.Compare(a[:], b[:]) })
	if slices.Equal(byPeriod, ascending) {
		t.Fatal("both orders are the same")
	}
	wish := tokens.Wish{KIDs: byPeriod}
	for _, format := range section.Formats() {
		want := byPeriod
		if format == "dashif" {
			want = ascending
		}
		if diff := cmp.Diff(want, s.issueWith(t, section, tokens.Request{Format: format, Wish: wish}).KIDs); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestFiltersAndPositionsHoldForEveryFormat(t *testing.T) {
	s, section := newStudio(t, halfMinutes(), keyplan.CENC, keyplan.CBCS).at(t, morning.Add(2*time.Minute)), allFormats()
	for name, wish := range map[string]tokens.Wish{
		"a track and a scheme":    {Tracks: []keyplan.Track{"AUDIO"}, Scheme: keyplan.CBCS},
		"a position":              {From: morning, To: morning.Add(20 * time.Second)},
		"a position of one track": {From: morning, To: morning.Add(40 * time.Second), Tracks: []keyplan.Track{"VIDEO"}},
		"two KIDs":                {KIDs: s.kids(t, 30*time.Second)[1:3]},
	} {
		want := set(scene{s.channel.Policy, s.plan, s.now}.window(wish, tokens.Caps{}))
		for _, format := range section.Formats() {
			got := map[keyplan.KID]bool{}
			for _, kid := range kidsIn(t, format, s.issueWith(t, section, tokens.Request{Format: format, Wish: wish}).Token) {
				got[kid] = true
			}
			if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("%s in %s: %s", name, format, diff)
			}
		}
	}
}

func TestARequestMayChooseAmongTheFormatsThereAre(t *testing.T) {
	s, section := newStudio(t, halfMinutes()), allFormats()
	section.Default = "drmcloud"
	if a := s.issueWith(t, section, tokens.Request{}); a.Format != "drmcloud" {
		t.Errorf("format %s, want the default", a.Format)
	}
	_, err := s.issuer(t, section).Issue(t.Context(), s.channel, tokens.Request{Format: "jwt"})
	want := &tokens.RequestError{Field: "format", Want: "axinom, dashif, drmcloud or partner"}
	if got, _ := errors.AsType[*tokens.RequestError](err); !cmp.Equal(want, got) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestWhatAFormatHasNoPlaceForIsRefused(t *testing.T) {
	s, section := newStudio(t, halfMinutes()), allFormats()
	long := string(bytes.Repeat([]byte("x"), 257))
	policies := map[string]string{"VIDEO": "gold"}
	for _, tc := range []struct {
		field string
		r     tokens.Request
	}{
		{"policy", tokens.Request{Format: "axinom", Policy: "gold"}},
		{`policies["VIDEO"]`, tokens.Request{Format: "axinom", Policies: policies}},
		{"policy", tokens.Request{Format: "dashif", Policy: "gold"}},
		{"policies", tokens.Request{Format: "dashif", Policies: policies}},
		{"policy", tokens.Request{Format: "drmcloud", Policy: "gold"}},
		{"validFrom", tokens.Request{Format: "drmcloud", ValidFrom: morning.Add(time.Second)}},
		{"policies", tokens.Request{Format: "partner", Policies: policies}},
		{"policy", tokens.Request{Format: "partner", Policy: long}},
		{"subject", tokens.Request{Subject: long}},
	} {
		_, err := s.issuer(t, section).Issue(t.Context(), s.channel, tc.r)
		if got, ok := errors.AsType[*tokens.RequestError](err); !ok || got.Field != tc.field {
			t.Errorf("%+v: error %v, want one about %s", tc.r, err, tc.field)
		}
	}
}

func TestASubjectThatLeavesNoRoomForKeysIsRefused(t *testing.T) {
	s, section := newStudio(t, halfMinutes()), allFormats()
	section.MaxCharacters = new(1000)
	r := tokens.Request{Format: "partner", Subject: string(bytes.Repeat([]byte("\x01"), 256))}
	_, err := s.issuer(t, section).Issue(t.Context(), s.channel, r)
	if got, ok := errors.AsType[*tokens.RequestError](err); !ok || got.Field != "subject" {
		t.Errorf("error %v, want one about subject", err)
	}
}
