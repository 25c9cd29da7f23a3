package keyplan_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestAKIDIsReadWithOrWithoutHyphensInEitherCase(t *testing.T) {
	const want = "0123abcd-89ab-4def-8123-456789abcdef"
	for _, s := range []string{want, strings.ToUpper(want), strings.ReplaceAll(want, "-", ""), "0123ABCD89ab4def8123456789ABCDEF"} {
		kid, err := keyplan.ParseKID(s)
		if err != nil || kid.String() != want {
			t.Errorf("%s: %v, %v", s, kid, err)
		}
	}
}

func TestWhatIsNoKIDIsRefused(t *testing.T) {
	const good = "0123abcd-89ab-4def-8123-456789abcdef"
	bad := []string{
		"", good[1:], good + "0", "{" + good + "}", "urn:uuid:" + good, " " + good,
		"0123abcd89ab-4def-8123-456789abcdef-", "0123abcd-89ab4def-8123-456789abcdef",
		"----" + good[:28], strings.Replace(good, "0", "g", 1), strings.Replace(good, "-", "_", 1),
		"0123abcd-89ab-4def-8123-456789ab-def", strings.Repeat("é", 16), strings.Repeat("0", 100_000),
	}
	for _, s := range bad {
		kid, err := keyplan.ParseKID(s)
		if !errors.Is(err, keyplan.ErrKID) || kid != (keyplan.KID{}) {
			t.Errorf("%.50q: %v, %v", s, kid, err)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}

func TestEveryKIDReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kid := keyplan.KID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "kid"))
		if got, err := keyplan.ParseKID(kid.String()); got != kid || err != nil {
			t.Fatalf("%v, %v", got, err)
		}
		text, err := json.Marshal(map[string]keyplan.KID{"kid": kid})
		if err != nil || string(text) != `{"kid":"`+kid.String()+`"}` {
			t.Fatalf("%s, %v", text, err)
		}
		var got map[string]keyplan.KID
		if err := json.Unmarshal(text, &got); err != nil || got["kid"] != kid {
			t.Fatalf("%v, %v", got, err)
		}
	})
}

func TestAKIDThatIsNoneLeavesTheOldOne(t *testing.T) {
	kid := keyplan.KID{1}
	if err := json.Unmarshal([]byte(`"none"`), &kid); !errors.Is(err, keyplan.ErrKID) || kid != (keyplan.KID{1}) {
		t.Errorf("%v, %v", kid, err)
	}
}

func FuzzWhatReadsAsAKIDIsWrittenInOneWay(f *testing.F) {
	f.Add("0123abcd-89ab-4def-8123-456789abcdef")
	f.Add("0123ABCD89ab4def8123456789ABCDEF")
	f.Add("--------------------------------")
	f.Fuzz(func(t *testing.T, s string) {
		kid, err := keyplan.ParseKID(s)
		if err != nil {
			return
		}
		if plain := strings.ReplaceAll(kid.String(), "-", ""); !strings.EqualFold(plain, strings.ReplaceAll(s, "-", "")) {
			t.Errorf("%q became %s", s, kid)
		}
	})
}
