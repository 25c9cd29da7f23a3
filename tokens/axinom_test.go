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

// The sample communication key that Axinom documents.
const (
	sampleKeyID = "aa0151d7-081c-4699-a049-fc584556c9d2"
	sampleKey   = "RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A="
)

// sampleKeys are content keys encrypted with the sample communication key. Each
// encrypted_key was computed by a second implementation.
var sampleKeys = []struct{ kid, key, encrypted string }{
	{"b54ec914-192d-4ea1-ac19-f429eb498268", "4OeAkkuX/GZ/nAp56kfT/w==", "b8KSMOKyFsyQQ3FavepH/Q=="},
	{"c83c4ea8-0f2a-4523-851c-fbeccdc0f202", "l6d21QylbdJ1s0PDVcACXQ==", "D01C7Q9jGz5+ozCPL0/xzA=="},
	{"c868c702-c71b-4064-ae2b-c24f7cc10792", "Q2xoykkQyyV//Xvjo5gqow==", "eNtrIisuVPCeOy3tqP0yiA=="},
}

// The value was computed by a second implementation of the message.
func TestAMessageWithOneKIDAndNothingElseIsTheMinimalOne(t *testing.T) {
	got, err := axinom(t, sampleConfig()).Sign(tokens.AxinomMessage{
		Keys: []tokens.AxinomKey{{KID: kid(t, "7459975d-b2f8-48ed-a325-56e4f34d19c7")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ2ZXJzaW9uIjoxLCJjb21fa2V5X2lkIjoiYWEwMTUxZDctMDgxYy00Njk5LWEwNDkt" +
		"ZmM1ODQ1NTZjOWQyIiwibWVzc2FnZSI6eyJ0eXBlIjoiZW50aXRsZW1lbnRfbWVzc2FnZSIsInZlcnNpb24iOjIsImNvbnRlbnRfa2V5c19z" +
		"b3VyY2UiOnsiaW5saW5lIjpbeyJpZCI6Ijc0NTk5NzVkLWIyZjgtNDhlZC1hMzI1LTU2ZTRmMzRkMTljNyJ9XX19fQ" +
		".fnSeghZ75ehQE41cUxkNj3ai8nqqcOEQxRm02RW6Wyw"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestKeysAreEncryptedAsAxinomExpects(t *testing.T) {
	a := axinom(t, sampleConfig())
	for _, k := range sampleKeys {
		encrypted, err := a.Encrypt(kid(t, k.kid), secret(t, k.key))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(k.encrypted, base64.StdEncoding.EncodeToString(encrypted)); diff != "" {
			t.Errorf("KID %s: %s", k.kid, diff)
		}
	}
}

func TestAKeyThatIsNotOneBlockIsNotEncrypted(t *testing.T) {
	for _, size := range []int{0, 15, 17, 32} {
		_, err := axinom(t, sampleConfig()).Encrypt(keyplan.KID{}, keyplan.NewSecret(make([]byte, size)))
		if err == nil {
			t.Errorf("%d bytes were encrypted", size)
		}
	}
}

// The value is that of a published rotation message, without its usage policies.
func TestAMessageForARotationHasItsFieldsInAxinomsOrder(t *testing.T) {
	start := time.Date(2026, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600))
	m := tokens.AxinomMessage{
		License:    &tokens.AxinomLicense{Start: start, Expiration: start.Add(2 * time.Hour)},
		Begin:      start,
		Expiration: start.Add(10 * time.Minute),
	}
	for _, k := range sampleKeys {
		m.Keys = append(m.Keys, tokens.AxinomKey{KID: kid(t, k.kid), Encrypted: secret(t, k.encrypted).Reveal()})
	}
	want := `{"version":1,"com_key_id":"aa0151d7-081c-4699-a049-fc584556c9d2",` +
		`"message":{"type":"entitlement_message","version":2,` +
		`"license":{"start_datetime":"2026-01-01T00:00:00.000Z","expiration_datetime":"2026-01-01T02:00:00.000Z"},` +
		`"content_keys_source":{"inline":[` +
		`{"id":"b54ec914-192d-4ea1-ac19-f429eb498268","encrypted_key":"b8KSMOKyFsyQQ3FavepH/Q=="},` +
		`{"id":"c83c4ea8-0f2a-4523-851c-fbeccdc0f202","encrypted_key":"D01C7Q9jGz5+ozCPL0/xzA=="},` +
		`{"id":"c868c702-c71b-4064-ae2b-c24f7cc10792","encrypted_key":"eNtrIisuVPCeOy3tqP0yiA=="}]}},` +
		`"begin_date":"2026-01-01T00:00:00.000Z","expiration_date":"2026-01-01T00:10:00.000Z"}`
	if diff := cmp.Diff(want, string(claims(t, sign(t, m)))); diff != "" {
		t.Error(diff)
	}
}

func TestAnIVIsNamedAfterTheKey(t *testing.T) {
	k := tokens.AxinomKey{KID: kid(t, sampleKeys[0].kid), IV: []byte("sixteen bytes iv")}
	got := string(claims(t, sign(t, tokens.AxinomMessage{Keys: []tokens.AxinomKey{k}})))
	want := `[{"id":"b54ec914-192d-4ea1-ac19-f429eb498268","iv":"c2l4dGVlbiBieXRlcyBpdg=="}]`
	if !strings.Contains(got, want) {
		t.Errorf("%s\ndoes not have\n%s", got, want)
	}
}

func TestTheEnvelopeVersionIsConfigurable(t *testing.T) {
	c := sampleConfig()
	c.EnvelopeVersion = 2
	token, err := axinom(t, c).Sign(tokens.AxinomMessage{})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(claims(t, token)); !strings.HasPrefix(got, `{"version":2,"com_key_id"`) {
		t.Errorf("claims %s", got)
	}
}

func sampleConfig() tokens.AxinomConfig {
	return tokens.AxinomConfig{CommunicationKeyID: sampleKeyID, CommunicationKey: keyplan.NewSecret([]byte(sampleKey))}
}

func axinom(t testing.TB, c tokens.AxinomConfig) *tokens.Axinom {
	t.Helper()
	a, err := tokens.NewAxinom(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func sign(t *testing.T, m tokens.AxinomMessage) string {
	t.Helper()
	token, err := axinom(t, sampleConfig()).Sign(m)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// claims gives the payload of a token.
func claims(t testing.TB, token string) []byte {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts, want 3", len(parts))
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func kid(t testing.TB, s string) keyplan.KID {
	t.Helper()
	k, err := keyplan.ParseKID(s)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// secret decodes base64.
func secret(t testing.TB, s string) keyplan.Secret {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return keyplan.NewSecret(b)
}
