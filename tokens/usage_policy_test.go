package tokens_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// governed has two usage policies, of which one is for audio.
func governed() tokens.Section {
	c := sampleConfig()
	c.UsagePolicies = []tokens.UsagePolicyConfig{
		{Name: "hardware", Widevine: `{"device_security_level":"HW_SECURE_ALL","hdcp":"2.2"}`, FairPlay: `{"hdcp":"TYPE1"}`},
		{Name: "any"}, {Name: `the "best"`},
	}
	c.UsagePolicy, c.TrackUsagePolicies = "hardware", map[keyplan.Track]string{"AUDIO": "any"}
	return tokens.Section{Axinom: &c}
}

// A ruling is what a token says of usage policies.
type ruling struct {
	Message struct {
		Source struct {
			Inline []struct {
				Policy string `json:"usage_policy"`
			} `json:"inline"`
		} `json:"content_keys_source"`
		Policies []struct {
			Name string `json:"name"`
		} `json:"content_key_usage_policies"`
	} `json:"message"`
}

func TestAKeyIsUnderTheUsagePolicyOfItsKIDItsTrackOrAll(t *testing.T) {
	s := newStudio(t, halfMinutes())
	kids := s.kids(t, 0)
	video := kids[0].String()
	for _, tc := range []struct {
		name    string
		r       tokens.Request
		keys    []string // those of VIDEO and AUDIO
		defined []string
	}{
		{"as configured", tokens.Request{}, []string{"hardware", "any"}, []string{"hardware", "any"}},
		{"of all", tokens.Request{Policy: "any"}, []string{"any", "any"}, []string{"any"}},
		{"of a track", tokens.Request{Policies: map[string]string{"AUDIO": "hardware"}}, []string{"hardware", "hardware"}, []string{"hardware"}},
		{"of a KID, a track and all", tokens.Request{Policy: "any", Policies: map[string]string{"VIDEO": "any", video: `the "best"`, "AUDIO": "hardware"}},
			[]string{`the "best"`, "hardware"}, []string{"hardware", `the "best"`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.r.Wish = tokens.Wish{KIDs: kids}
			var got ruling
			if err := json.Unmarshal(claims(t, s.issueWith(t, governed(), tc.r).Token), &got); err != nil {
				t.Fatal(err)
			}
			var keys, defined []string
			for _, k := range got.Message.Source.Inline {
				keys = append(keys, k.Policy)
			}
			for _, p := range got.Message.Policies {
				defined = append(defined, p.Name)
			}
			if diff := cmp.Diff([][]string{tc.keys, tc.defined}, [][]string{keys, defined}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPolicyThatIsNotDefinedIsRefused(t *testing.T) {
	s := newStudio(t, halfMinutes())
	upper := strings.ToUpper(s.kids(t, 0)[0].String())
	const defined, of = `want a usage policy that is defined: one of ["hardware" "any" "the \"best\""]`, `want a lower-case KID or one of ["VIDEO" "AUDIO"] for each usage policy`
	for _, tc := range []struct {
		r    tokens.Request
		want string
	}{
		{tokens.Request{Policy: "gold"}, "policy: " + defined},
		{tokens.Request{Policies: map[string]string{"AUDIO": "gold"}}, `policies["AUDIO"]: ` + defined},
		{tokens.Request{Policies: map[string]string{"UHD": "any"}}, "policies: " + of},
		{tokens.Request{Policies: map[string]string{upper: "any"}}, "policies: " + of},
	} {
		if _, err := s.issuer(t, governed()).Issue(t.Context(), s.channel, tc.r); err == nil || err.Error() != tc.want {
			t.Errorf("%v, want %s", err, tc.want)
		}
	}
}

func TestWhatIsConfiguredOfLicencesAndTheMessageGoesIntoTokensAsItIs(t *testing.T) {
	c := sampleConfig()
	c.EncryptedKey, c.SeedID = new(false), "5f0a3c1e-77b2-4b0e-9d67-2f6f8a1c4d10"
	c.License = tokens.AxinomLicenseConfig{
		Duration: time.Hour, AllowPersistence: new(false),
		FairPlay: `{"b":1,"a":{"z":[]}}`, PlayReady: `{"custom_data":"x"}`, Widevine: `{"allow_renewal":true}`,
	}
	c.LicenseServer, c.Session = `{"access_control":{}}`, `{"id":"s"}`
	s := newStudio(t, halfMinutes())
	wish := tokens.Wish{KIDs: s.kids(t, 0)[:1]}
	got := string(claims(t, s.issueWith(t, tokens.Section{Axinom: &c}, tokens.Request{Wish: wish}).Token))
	got = got[strings.Index(got, `,"duration"`):strings.Index(got, `,"begin_date"`)]
	want := `,"duration":3600,"allow_persistence":false,"widevine":{"allow_renewal":true},"playready":{"custom_data":"x"},"fairplay":{"b":1,"a":{"z":[]}}},` +
		`"content_keys_source":{"inline":[{"id":"` + s.kids(t, 0)[0].String() + `","iv":"evI6Te18bNynCLHUle8Ttw==","seed_id":"5f0a3c1e-77b2-4b0e-9d67-2f6f8a1c4d10"}]},` +
		`"license_server":{"access_control":{}},"session":{"id":"s"}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAxinomSectionSaysWhatIsWrongWithItsPolicies(t *testing.T) {
	for want, change := range map[string]func(*tokens.AxinomConfig){
		"axinom.usage_policy: want the name of one of the usage_policies":                        func(c *tokens.AxinomConfig) { c.UsagePolicy = "gold" },
		"axinom.track_usage_policies.SD: want the name of one of the usage_policies":             func(c *tokens.AxinomConfig) { c.TrackUsagePolicies["SD"] = "gold" },
		"axinom.usage_policies[0].name: want 1 to 64 bytes, a name that no policy before it has": func(c *tokens.AxinomConfig) { c.UsagePolicies[0].Name = strings.Repeat("x", 65); c.UsagePolicy = "any" },
		"axinom.usage_policies[2].name: want 1 to 64 bytes, a name that no policy before it has": func(c *tokens.AxinomConfig) { c.UsagePolicies[2].Name = "any" },
		"axinom.usage_policies[1].widevine: want device_security_level: \"SW_SECURE_CRYPTO\", \"SW_SECURE_DECODE\", \"HW_SECURE_CRYPTO\", \"HW_SECURE_DECODE\" or \"HW_SECURE_ALL\"": func(c *tokens.AxinomConfig) {
			c.UsagePolicies[1].Widevine = `{"device_security_level":5}`
		},
		"axinom.usage_policies[1].playready: want min_device_security_level: 150, 2000 or 3000": func(c *tokens.AxinomConfig) {
			c.UsagePolicies[1].PlayReady = `{"min_device_security_level":"150"}`
		},
		"axinom.usage_policies[1].playready: want play_enablers: a list of UUIDs": func(c *tokens.AxinomConfig) {
			c.UsagePolicies[1].PlayReady = `{"play_enablers":["786627D8"]}`
		},
		"axinom.usage_policies[1].fairplay: want hdcp: \"NONE\", \"TYPE0\", \"TYPE1\" or \"TYPE1_STRICT\"": func(c *tokens.AxinomConfig) {
			c.UsagePolicies[1].FairPlay = `{"hdcp":"TYPE2"}`
		},
		"axinom.seed_id: want a UUID, with hyphens": func(c *tokens.AxinomConfig) { c.SeedID, c.EncryptedKey = "seed", new(false) },
		"axinom.seed_id: want encrypted_key: false, since a key that is in the token needs no seed": func(c *tokens.AxinomConfig) {
			c.SeedID = sampleKeyID
		},
		"axinom.license.duration: want whole seconds": func(c *tokens.AxinomConfig) { c.License.Duration = time.Millisecond },
	} {
		section := governed()
		change(section.Axinom)
		if ps := section.Validate(); ps.Error() != want {
			t.Errorf("got  %v\nwant %s", ps, want)
		}
	}
}

func TestAnObjectIsTakenWithoutWhiteSpaceOrRefused(t *testing.T) {
	var o tokens.Object
	if err := o.UnmarshalText([]byte(" { \"b\" : [ 1 , \"x  <y>\" ] , \"a\" : { } } ")); err != nil || o != `{"b":[1,"x  <y>"],"a":{}}` {
		t.Errorf("%s, %v", o, err)
	}
	for _, text := range []string{"", "{", "[]", "null", `"x"`, "{}{}", `{"a":1,"a":2}`, `{"x":{"a":1,"a":2}}`} {
		if err := o.UnmarshalText([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "want a JSON object") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestATokenThatMayBeUsedOnceOnlyIsWarnedOf(t *testing.T) {
	warned := map[tokens.Object]int{
		"": 0, `{}`: 0, `{"access_control":[]}`: 0, `{"access_control":{"prevent_drm_message_reuse":false}}`: 0,
		`{"access_control":{"prevent_drm_message_reuse":true}}`: 1,
	}
	for _, server := range slices.Sorted(maps.Keys(warned)) {
		c := sampleConfig()
		c.LicenseServer = server
		if got := (tokens.Section{Axinom: &c}).Warnings(); len(got) != warned[server] {
			t.Errorf("%s: %q", server, got)
		}
	}
}
