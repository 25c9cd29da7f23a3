package tokens_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestATokenGrantsTheKeysThatWereIssuedUntilItExpires(t *testing.T) {
	n, s := newNotary(t), newStudio(t, halfMinutes(), keyplan.CENC, keyplan.CBCS)
	for _, format := range n.section.Formats() {
		t.Run(format, func(t *testing.T) {
			a := s.issueWith(t, n.section, tokens.Request{Format: format})
			g, err := n.verifier.Verify(a.Token, morning)
			if format == "sealed" {
				if !errors.Is(err, tokens.ErrToken) {
					t.Fatalf("nobody said where the KIDs are, and it grants %v", g.KIDs)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(a.KIDs, g.KIDs); diff != "" {
				t.Errorf("KIDs (-issued +granted):\n%s", diff)
			}
			if !g.Expires.Equal(a.Expires) || g.Format != format {
				t.Errorf("format %s until %v, want %s until %v", g.Format, g.Expires, format, a.Expires)
			}
			if !g.Names(a.KIDs[0]) || g.Names(keyplan.KID{1}) {
				t.Error("it does not name what it has, or names what it has not")
			}
		})
	}
}

func TestATokenIsGoodFromBeginningToEndAndForTheSkewAround(t *testing.T) {
	n, s := newNotary(t), newStudio(t, every(time.Hour))
	r := tokens.Request{ValidFrom: morning.Add(time.Minute), ValidTo: morning.Add(2 * time.Minute)}
	for _, format := range []string{"axinom", "dashif", "rsa"} {
		r.Format = format
		token := s.issueWith(t, n.section, r).Token
		for at, good := range map[time.Duration]bool{
			time.Minute - notarySkew - time.Nanosecond: false, time.Minute - notarySkew: true, time.Minute: true,
			2*time.Minute + notarySkew - time.Nanosecond: true, 2*time.Minute + notarySkew: false,
		} {
			_, err := n.verifier.Verify(token, morning.Add(at))
			if (err == nil) != good || err != nil && !errors.Is(err, tokens.ErrToken) {
				t.Errorf("%s at %v: %v, want good = %v", format, at, err, good)
			}
		}
	}
}

func TestTokensOfAFormerSigningKeyAreGoodUntilItEnds(t *testing.T) {
	n, s := newNotary(t), newStudio(t, every(time.Hour))
	old := s.issueWith(t, n.section, tokens.Request{Format: "plain"}).Token
	set := n.section.Signing["mac"]
	set.Keys = []tokens.SigningKeyConfig{set.Keys[0], {ID: "mac-2", Key: base64Text(40), From: morning.Add(time.Minute)}}
	set.Keys[0].Until = morning.Add(20 * time.Minute)
	n.section.Signing["mac"] = set
	v := newVerifier(t, n.section)
	fresh := s.at(t, morning.Add(11*time.Minute)).issueWith(t, n.section, tokens.Request{Format: "plain"}).Token
	if header := tokenPart(t, fresh, 0); !strings.Contains(header, "mac-2") {
		t.Fatal(header)
	}
	for _, tc := range []struct {
		token string
		at    time.Duration
		good  bool
	}{{old, 9 * time.Minute, true}, {fresh, 12 * time.Minute, true}, {fresh, 20 * time.Minute, true}} {
		if _, err := v.Verify(tc.token, morning.Add(tc.at)); (err == nil) != tc.good {
			t.Errorf("%v later: %v", tc.at, err)
		}
	}
	long := n.mac(t, `{"alg":"HS256","kid":"mac-1"}`, `{"exp":9999999999,"keys":["`+keyplan.KID{1}.String()+`"]}`)
	for at, good := range map[time.Duration]bool{19 * time.Minute: true, 20 * time.Minute: false} {
		if _, err := v.Verify(long, morning.Add(at)); (err == nil) != good {
			t.Errorf("%v later: %v, want good = %v", at, err, good)
		}
	}
}

func TestATokenWithAnyCharacterChangedIsRefused(t *testing.T) {
	n, s := newNotary(t), newStudio(t, every(time.Hour))
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=\n "
	for _, format := range []string{"axinom", "dashif", "drmcloud", "rsa", "ed", "plain"} {
		token := s.issueWith(t, n.section, tokens.Request{Format: format}).Token
		rapid.Check(t, func(rt *rapid.T) {
			changed := []byte(token)
			i := rapid.IntRange(0, len(token)-1).Draw(rt, "at")
			c := letters[rapid.IntRange(0, len(letters)-1).Draw(rt, "character")]
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				changed[i] = c
			case 1:
				changed = slices.Insert(changed, i, c)
			case 2:
				changed = slices.Delete(changed, i, i+1)
			}
			g, err := n.verifier.Verify(string(changed), morning)
			if same := string(changed) == token; same != (err == nil) {
				rt.Fatalf("%s: %v %v", format, g, err)
			}
		})
	}
}

func TestATemplateSaysRightlyWhereItsKIDsAreOrIsRefused(t *testing.T) {
	n := newNotary(t)
	for _, tc := range []struct {
		name, claims string
		path         []string
		want         bool
	}{
		{"a list at the top", `{"exp":{{expires}},"k":{{kids}}}`, []string{"k"}, true},
		{"a list inside, whose name has dots", `{"exp":{{expires}},"a.b":{"c":{{kids_hex}}}}`, []string{"a.b", "c"}, true},
		{"another place", `{"exp":{{expires}},"k":{{kids}}}`, []string{"l"}, false},
		{"a place below", `{"exp":{{expires}},"k":{{kids}}}`, []string{"k", "l"}, false},
		{"a place above", `{"exp":{{expires}},"k":{"l":{{kids}}}}`, []string{"k"}, false},
		{"names in a list", `{"exp":{{expires}},"k":[{{kids}}]}`, []string{"k"}, false},
		{"a name that is empty", `{"exp":{{expires}},"k":{{kids}}}`, []string{""}, false},
		{"no exp", `{"k":{{kids}}}`, []string{"k"}, false},
		{"an exp that is text", `{"exp":"{{expires}}","k":{{kids}}}`, []string{"k"}, false},
		{"an exp that is another time", `{"exp":{{issued}},"k":{{kids}}}`, []string{"k"}, false},
		{"an exp that is a constant", `{"exp":4102444800,"k":{{kids}}}`, []string{"k"}, false},
		{"an nbf that is text", `{"exp":{{expires}},"nbf":"{{not_before}}","k":{{kids}}}`, []string{"k"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n.section.Templates = map[string]tokens.TemplateConfig{"own": {Signing: "mac", Claims: tc.claims, KIDsClaim: tc.path}}
			_, err := tokens.NewVerifier(n.section, 0)
			if (err == nil) != tc.want || err != nil && !strings.HasPrefix(err.Error(), "templates.own.kids_claim: want") {
				t.Errorf("%v, want it taken = %v", err, tc.want)
			}
		})
	}
}

func TestTheFormatsThatCanBeVerifiedAreNamed(t *testing.T) {
	s := newNotary(t).section
	if diff := cmp.Diff([]string{"axinom", "dashif", "drmcloud", "ed", "plain", "rsa"}, s.Verifiable()); diff != "" {
		t.Error(diff)
	}
}
