package signaling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

func TestATemplateIsFilledWithWhatTheKeyHas(t *testing.T) {
	news := signaling.Key{KID: kid(t, sdKID), Channel: "news 1/ö", IV: []byte("0123456789abcdef")}
	movie := signaling.Key{KID: kid(t, sdKID), Channel: "news", ContentID: `m"1&<`, IV: make([]byte, 16)}
	for _, c := range []struct {
		name, template string
		key            signaling.Key
		want           string
	}{
		{"nothing set", "", news, "skd://8ba94ade-6eb9-449d-b44f-a5beefaf43b0"},
		{"KID and IV as Axinom reads them", "skd://{kid}:{iv}", news, "skd://8ba94ade-6eb9-449d-b44f-a5beefaf43b0:30313233343536373839616263646566"},
		{"a channel's ID is encoded", "skd://a/{channel}?k={kid_hex}", news, "skd://a/news%201%2F%C3%B6?k=8ba94ade6eb9449db44fa5beefaf43b0"},
		{"a content ID is encoded", "skd://{content_id}/{kid}", movie, "skd://m%221%26%3C/8ba94ade-6eb9-449d-b44f-a5beefaf43b0"},
		{"no content ID means the channel's", "skd://{content_id}/{kid}", news, "skd://news%201%2F%C3%B6/8ba94ade-6eb9-449d-b44f-a5beefaf43b0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.key.Scheme = "cbcs"
			settings := signaling.Settings{FairPlay: signaling.FairPlaySettings{URI: c.template}}
			if got := problems(settings); got != nil {
				t.Fatalf("refused: %v", got)
			}
			got, ok := settings.For(signaling.FairPlay, c.key)
			if diff := cmp.Diff(c.want, got.URI); !ok || diff != "" {
				t.Errorf("signaled %v: %s", ok, diff)
			}
		})
	}
}

// A value that NAGRA's content key manager answered, from a published log.
func TestTheJSONFormIsTheOneInTheField(t *testing.T) {
	settings := signaling.Settings{FairPlay: signaling.FairPlaySettings{URI: "skd://{json}"}}
	got, _ := settings.For(signaling.FairPlay, signaling.Key{
		KID: kid(t, "1a390d2e9567468ab1defc01a5c14019"), Scheme: "cbcs", ContentID: "66c81a39795755238d2e8537",
		IV: decode(t, "tl5aFK2DAf55r0g/BF7Vlg=="),
	})
	want := "skd://eyJDb250ZW50SWQiOiI2NmM4MWEzOTc5NTc1NTIzOGQyZTg1MzciLCJLZXlJZCI6IjFhMzkwZDJlLTk1NjctNDY4YS1iMWRl" +
		"LWZjMDFhNWMxNDAxOSIsIklWIjoidGw1YUZLMkRBZjU1cjBnL0JGN1ZsZz09In0="
	if diff := cmp.Diff(want, got.URI); diff != "" {
		t.Error(diff)
	}
}

func TestATemplateWithAnIVNeedsOne(t *testing.T) {
	for template, want := range map[string]bool{"": true, "skd://{kid}": true, "skd://{kid}:{iv}": false, "skd://{json}": false} {
		settings := signaling.Settings{FairPlay: signaling.FairPlaySettings{URI: template}}
		got, ok := settings.For(signaling.FairPlay, signaling.Key{Scheme: "cbcs"})
		if ok != want || ok != (got.URI != "") {
			t.Errorf("%q without an IV: %q, %v", template, got.URI, ok)
		}
	}
}

// Players that renew by URI must see another one whenever the key is another.
func TestKeysOfOtherKIDsHaveOtherURIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settings, one := drawSettings(t), drawKey(t)
		other := one
		other.KID = drawKey(t).KID
		for _, system := range []signaling.System{signaling.FairPlay, signaling.HLSAES128} {
			one.Scheme, other.Scheme = schemeOf(system), schemeOf(system)
			a, _ := settings.For(system, one)
			b, _ := settings.For(system, other)
			if a.URI != "" && (a.URI == b.URI) != (one.KID == other.KID) {
				t.Errorf("%s: %q and %q", system, a.URI, b.URI)
			}
		}
	})
}

func schemeOf(system signaling.System) string {
	if system == signaling.FairPlay {
		return "cbcs"
	}
	return "cbc1"
}
