package tokens_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestEachKeyInATokenIsTheOneThatTheSourceGave(t *testing.T) {
	s := newStudio(t, halfMinutes(), keyplan.CENC, keyplan.CBCS)
	inline := decode(t, s.issue(t, tokens.Request{}).Token).Message.Source.Inline
	if len(inline) == 0 {
		t.Fatal("the token holds no key")
	}
	for _, k := range inline {
		e, planned, ok := s.plan.KID(k.ID)
		if !ok {
			t.Fatalf("KID %s is not planned", k.ID)
		}
		_, want, err := s.source.Draw(t.Context(), e.Ref("news", planned))
		if err != nil {
			t.Fatal(err)
		}
		if string(decrypt(t, k.ID, k.EncryptedKey)) != string(want.Reveal()) {
			t.Errorf("encrypted_key of %s does not decrypt to its key", k.ID)
		}
		if diff := cmp.Diff(keyplan.ExplicitIV(k.ID, planned.Scheme), k.IV); diff != "" {
			t.Errorf("iv of %s: %s", k.ID, diff)
		}
	}
}

func TestATokenNamesTheIVThatAPackagerBrought(t *testing.T) {
	s := newStudio(t, halfMinutes())
	brought := keyplan.PackagerIV{KID: s.kids(t, 0)[0], IV: []byte("sixteen bytes iv"), Start: morning}
	s.plan = s.plan.With(brought.Record())
	a := s.issue(t, tokens.Request{Wish: tokens.Wish{KIDs: s.kids(t, 0)}})
	inline := decode(t, a.Token).Message.Source.Inline
	want := [][]byte{brought.IV, keyplan.ExplicitIV(inline[1].ID, keyplan.CBCS)}
	if diff := cmp.Diff(want, [][]byte{inline[0].IV, inline[1].IV}); diff != "" {
		t.Error(diff)
	}
}

func TestATokenWithoutEncryptedKeysNamesKIDsAndOpensNoKey(t *testing.T) {
	s := newStudio(t, halfMinutes())
	c := sampleConfig()
	c.EncryptedKey = new(false)
	i, err := tokens.New(config(tokens.Section{Axinom: &c}, morning, s.plan))
	if err != nil {
		t.Fatal(err)
	}
	a, err := i.Issue(t.Context(), s.channel, tokens.Request{})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range decode(t, a.Token).Message.Source.Inline {
		if k.EncryptedKey != nil {
			t.Errorf("KID %s has an encrypted_key", k.ID)
		}
	}
}

func TestATokenIsRefusedWhenAKeyCannotBeOpened(t *testing.T) {
	s := newStudio(t, halfMinutes())
	i, err := tokens.New(config(tokens.Section{Axinom: new(sampleConfig())}, morning, s.plan))
	if err != nil {
		t.Fatal(err)
	}
	_, err = i.Issue(t.Context(), s.channel, tokens.Request{})
	if err == nil || !strings.HasPrefix(err.Error(), "token for channel news: open key ") {
		t.Errorf("error %v", err)
	}
}

func TestAnIndependentReaderTakesTheSignature(t *testing.T) {
	token := newStudio(t, halfMinutes()).issue(t, tokens.Request{}).Token
	parsed, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return secret(t, sampleKey).Reveal(), nil },
		jwt.WithValidMethods([]string{"HS256"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"alg": "HS256", "typ": "JWT"}, parsed.Header); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerHasNoKeyOutsideItsToken(t *testing.T) {
	s := newStudio(t, halfMinutes())
	a := s.issue(t, tokens.Request{})
	kids := a.KIDs
	a.Token = ""
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, kid := range kids {
		e, k, _ := s.plan.KID(kid)
		_, key, err := s.source.Draw(t.Context(), e.Ref("news", k))
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{
			hex.EncodeToString(key.Reveal()), strings.TrimRight(base64.StdEncoding.EncodeToString(key.Reveal()), "="), string(key.Reveal()),
		} {
			if strings.Contains(strings.ToLower(string(b)), strings.ToLower(form)) {
				t.Errorf("the key of %s is in the answer", kid)
			}
		}
	}
}

func TestAnAnswerSaysWhatItsTokenHolds(t *testing.T) {
	s := newStudio(t, halfMinutes())
	a := s.issue(t, tokens.Request{})
	var kids []keyplan.KID
	for _, k := range decode(t, a.Token).Message.Source.Inline {
		kids = append(kids, k.ID)
	}
	if diff := cmp.Diff(kids, a.KIDs); diff != "" {
		t.Error(diff)
	}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`[]`, string(members["leftOut"])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(`"2026-03-01T09:10:00Z"`, string(members["expires"])); diff != "" {
		t.Error(diff)
	}
}

func TestATokenIsNeverLongerThanItMayBe(t *testing.T) {
	c := halfMinutes()
	c.DVR, c.Ahead = new(time.Hour), new(20)
	s := newStudio(t, c, keyplan.CENC, keyplan.CBCS).at(t, morning.Add(30*time.Minute))
	rapid.Check(t, func(rt *rapid.T) {
		section := tokens.Section{
			Axinom:        new(sampleConfig()),
			MaxCharacters: new(rapid.IntRange(1300, 9000).Draw(rt, "characters")),
		}
		section.Axinom.EncryptedKey = new(rapid.Bool().Draw(rt, "encrypted"))
		a := s.issueWith(t, section, tokens.Request{})
		if n := len(a.Token); n > *section.MaxCharacters {
			rt.Errorf("%d characters, at most %d may be", n, *section.MaxCharacters)
		}
		if room := *section.MaxCharacters - len(a.Token); room >= 800 && len(a.LeftOut) > 0 {
			rt.Errorf("keys are left out though %d characters are free", room)
		}
	})
}

func TestByDefaultATokenHas5000Characters(t *testing.T) {
	c := halfMinutes()
	c.DVR = new(time.Hour)
	s := newStudio(t, c).at(t, morning.Add(30*time.Minute))
	a := s.issue(t, tokens.Request{})
	if n := len(a.Token); n > 5000 || n < 4600 {
		t.Errorf("%d characters, want as many as fit 5000", n)
	}
	for _, l := range a.LeftOut {
		if l.Reason != tokens.Cap || slices.Contains(a.KIDs, l.KID) {
			t.Errorf("left out %v", l)
		}
	}
	if len(a.LeftOut) == 0 {
		t.Error("nothing is left out of an hour of 30s periods")
	}
}

func TestTheNumberOfKIDsIsCapped(t *testing.T) {
	s := newStudio(t, halfMinutes()).at(t, morning.Add(10*time.Minute))
	a := s.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), MaxKIDs: 6}, tokens.Request{})
	if len(a.KIDs) != 6 {
		t.Errorf("%d KIDs, want 6", len(a.KIDs))
	}
}

func TestARequestThatIsWrongSaysWhichField(t *testing.T) {
	hour := time.Hour
	for _, tc := range []struct {
		field string
		r     tokens.Request
	}{
		{"format", tokens.Request{Format: "jwt"}},
		{"kids", tokens.Request{Wish: tokens.Wish{KIDs: []keyplan.KID{{1}}, From: morning, To: morning}}},
		{"from", tokens.Request{Wish: tokens.Wish{From: morning}}},
		{"from", tokens.Request{Wish: tokens.Wish{To: morning}}},
		{"to", tokens.Request{Wish: tokens.Wish{From: morning, To: morning.Add(-1)}}},
		{"tracks[1]", tokens.Request{Wish: tokens.Wish{Tracks: []keyplan.Track{"VIDEO", "UHD"}}}},
		{"scheme", tokens.Request{Wish: tokens.Wish{Scheme: keyplan.CENC}}},
		{"validFrom", tokens.Request{ValidFrom: morning.Add(9000 * hour)}},
		{"validFrom", tokens.Request{ValidFrom: morning.Add(-9000 * hour)}},
		{"validTo", tokens.Request{ValidTo: morning}},
		{"validTo", tokens.Request{ValidFrom: morning.Add(hour), ValidTo: morning.Add(hour)}},
		{"kids", tokens.Request{Wish: tokens.Wish{KIDs: []keyplan.KID{{1}}}}},
		{"from", tokens.Request{Wish: tokens.Wish{From: morning.Add(hour), To: morning.Add(hour)}}},
	} {
		err := newStudio(t, halfMinutes()).fail(t, tc.r)
		re, ok := errors.AsType[*tokens.RequestError](err)
		if !ok {
			t.Errorf("%+v: error %v, want a RequestError", tc.r, err)
			continue
		}
		if diff := cmp.Diff(tc.field, re.Field); diff != "" {
			t.Errorf("%+v: %s", tc.r, diff)
		}
	}
}

func TestASpanOfWhichNoPeriodFitsIsRefused(t *testing.T) {
	s := newStudio(t, halfMinutes()).at(t, morning.Add(10*time.Minute))
	past := morning.Add(8 * time.Minute)
	i := s.issuer(t, tokens.Section{Axinom: new(sampleConfig()), MaxKIDs: 1})
	_, err := i.Issue(t.Context(), s.channel, tokens.Request{Wish: tokens.Wish{From: past, To: past}})
	if re, ok := errors.AsType[*tokens.RequestError](err); !ok || re.Field != "tracks" {
		t.Errorf("error %v, want one about tracks", err)
	}
}

func TestWithoutAPlanThereIsNoToken(t *testing.T) {
	s := newStudio(t, halfMinutes())
	s.plan = keyplan.NewPlan()
	if err := s.fail(t, tokens.Request{}); !errors.Is(err, tokens.ErrNothingPlanned) {
		t.Errorf("error %v, want ErrNothingPlanned", err)
	}
}

func TestWithoutAFormatThereIsNoToken(t *testing.T) {
	s := newStudio(t, halfMinutes())
	_, err := s.issuer(t, tokens.Section{}).Issue(t.Context(), s.channel, tokens.Request{})
	if re, ok := errors.AsType[*tokens.RequestError](err); !ok || re.Field != "format" {
		t.Errorf("error %v, want one about format", err)
	}
}

// A message is what a licence service reads in a token.
type message struct {
	Version int       `json:"version"`
	Begin   time.Time `json:"begin_date"`
	Expires time.Time `json:"expiration_date"`
	Message struct {
		License struct {
			Start      time.Time `json:"start_datetime"`
			Expiration time.Time `json:"expiration_datetime"`
		} `json:"license"`
		Source struct {
			Inline []struct {
				ID           keyplan.KID `json:"id"`
				EncryptedKey []byte      `json:"encrypted_key"`
				IV           []byte      `json:"iv"`
			} `json:"inline"`
		} `json:"content_keys_source"`
	} `json:"message"`
}

func decode(t testing.TB, token string) message {
	t.Helper()
	var m message
	if err := json.Unmarshal(claims(t, token), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func decrypt(t *testing.T, kid keyplan.KID, encrypted []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(secret(t, sampleKey).Reveal())
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, kid[:]).CryptBlocks(plain, encrypted)
	return plain
}
