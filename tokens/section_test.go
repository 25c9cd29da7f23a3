package tokens_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestASectionSaysWhatIsWrongWithIt(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*tokens.Section)
		want   []string
	}{
		{"nothing", func(*tokens.Section) {}, nil},
		{"no format", func(s *tokens.Section) { s.Axinom = nil }, nil},
		{"a key ID in other words", func(s *tokens.Section) { s.Axinom.CommunicationKeyID = "axinom" }, []string{"axinom.communication_key_id"}},
		{"a key ID without hyphens", func(s *tokens.Section) {
			s.Axinom.CommunicationKeyID = strings.ReplaceAll(sampleKeyID, "-", "")
		}, []string{"axinom.communication_key_id"}},
		{"no key", func(s *tokens.Section) { s.Axinom.CommunicationKey = nil }, []string{"axinom.communication_key"}},
		{"a key of 16 bytes", func(s *tokens.Section) { s.Axinom.CommunicationKey = base64Text(16) }, []string{"axinom.communication_key"}},
		{"a key of 33 bytes", func(s *tokens.Section) { s.Axinom.CommunicationKey = base64Text(33) }, []string{"axinom.communication_key"}},
		{"a key that is not base64", func(s *tokens.Section) {
			s.Axinom.CommunicationKey = keyplan.NewSecret([]byte(strings.Repeat("!", 32)))
		}, []string{"axinom.communication_key"}},
		{"an envelope of 2", func(s *tokens.Section) { s.Axinom.EnvelopeVersion = 2 }, nil},
		{"an envelope of 3", func(s *tokens.Section) { s.Axinom.EnvelopeVersion = 3 }, []string{"axinom.envelope_version"}},
		{"an envelope below 0", func(s *tokens.Section) { s.Axinom.EnvelopeVersion = -1 }, []string{"axinom.envelope_version"}},
		{"the least characters", func(s *tokens.Section) { s.MaxCharacters = new(1000) }, nil},
		{"too few characters", func(s *tokens.Section) { s.MaxCharacters = new(999) }, []string{"max_characters"}},
		{"KIDs below 0", func(s *tokens.Section) { s.MaxKIDs = -1 }, []string{"max_kids"}},
		{"a lifetime of nothing", func(s *tokens.Section) { s.Lifetime = new(time.Duration(0)) }, []string{"lifetime"}},
		{"a lifetime of years", func(s *tokens.Section) { s.Lifetime = new(9000 * time.Hour) }, []string{"lifetime"}},
		{"several formats without a default", func(s *tokens.Section) { *s = allFormats(); s.Default = "" }, []string{"default"}},
		{"a default that there is not", func(s *tokens.Section) { s.Default = "dashif" }, []string{"default"}},
		{"a default of one", func(s *tokens.Section) { s.Default = "axinom" }, nil},
		{"all formats", func(s *tokens.Section) { *s = allFormats() }, nil},
		{"formats without a key set", func(s *tokens.Section) { *s = allFormats(); s.Signing = nil },
			[]string{"dashif.signing", "drmcloud.signing", "templates.partner.signing"}},
		{"DASH-IF by EdDSA", func(s *tokens.Section) { *s = allFormats(); s.DASHIF.Signing = "pair" }, []string{"dashif.signing"}},
		{"Cloud DRM by EdDSA", func(s *tokens.Section) { *s = allFormats(); s.DRMCloud.Signing = "pair" }, []string{"drmcloud.signing"}},
		{"a template that is called like a format", func(s *tokens.Section) {
			*s = allFormats()
			s.Templates["dashif"] = s.Templates["partner"]
		}, []string{"templates.dashif"}},
		{"a template without a name that can be asked for", func(s *tokens.Section) {
			*s = allFormats()
			s.Templates["a b"] = s.Templates["partner"]
		}, []string{"templates.a b"}},
		{"policies that leave no room for a key", func(s *tokens.Section) {
			*s = governed()
			s.Axinom.UsagePolicies[0].PlayReady = tokens.Object(`{"x":"` + strings.Repeat("x", 4000) + `"}`)
		}, []string{"max_characters"}},
		{"several things", func(s *tokens.Section) { s.MaxKIDs, s.Axinom.EnvelopeVersion = -1, 3 }, []string{"axinom.envelope_version", "max_kids"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := tokens.Section{Axinom: new(sampleConfig())}
			tc.change(&s)
			var keys []string
			for _, p := range s.Validate() {
				keys = append(keys, p.Key)
			}
			if diff := cmp.Diff(tc.want, keys); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnIssuerRefusesAWrongCommunicationKeyWithoutRepeatingIt(t *testing.T) {
	c := sampleConfig()
	c.CommunicationKey = keyplan.NewSecret([]byte("c2hvcnQ="))
	_, err := tokens.New(config(tokens.Section{Axinom: &c}, morning, nil))
	if err == nil {
		t.Fatal("it was taken")
	}
	if strings.Contains(err.Error(), "c2hvcnQ") || strings.Contains(err.Error(), "short") {
		t.Error("the error repeats it")
	}
}

func TestAnIssuerRefusesAConfigThatLacksAFunction(t *testing.T) {
	for _, lack := range []func(*tokens.Config){
		func(c *tokens.Config) { c.Now = nil },
		func(c *tokens.Config) { c.Plan = nil },
		func(c *tokens.Config) { c.Open = nil },
	} {
		c := config(tokens.Section{}, morning, nil)
		lack(&c)
		if _, err := tokens.New(c); err == nil {
			t.Error("it was taken")
		}
	}
}

// base64Text is so many bytes in base64.
func base64Text(n int) keyplan.Secret {
	return keyplan.NewSecret([]byte(base64.StdEncoding.EncodeToString(make([]byte, n))))
}
