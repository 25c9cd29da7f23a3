package tokens_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/tokens"
)

var update = flag.Bool("update", false, "write the golden files")

// A golden file has the header, the claims and the whole token, with fixed keys at a fixed time.
func TestTokensAreTheGoldenOnes(t *testing.T) {
	s := newStudio(t, halfMinutes()).at(t, morning.Add(20*time.Second))
	section := allFormats()
	section.Axinom.UsagePolicies = []tokens.UsagePolicyConfig{{Name: "any"}, {Name: "hardware", Widevine: `{"device_security_level":"HW_SECURE_ALL"}`}}
	section.Axinom.UsagePolicy = "hardware"
	issuer := s.issuer(t, section)
	for _, format := range section.Formats() {
		t.Run(format, func(t *testing.T) {
			r := tokens.Request{Format: format, Subject: `"Zoë"`, Wish: tokens.Wish{KIDs: s.kids(t, 0)}}
			if format == "partner" {
				r.Policy = "gold"
			}
			a, err := issuer.Issue(t.Context(), s.channel, r)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, format, header(t, a.Token)+"\n"+string(claims(t, a.Token))+"\n"+a.Token+"\n")
		})
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
