package widevine_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// requireNoKeyLogged holds every test to the law that neither content keys nor signing keys
// are logged, at no level.
func (s *stack) requireNoKeyLogged() {
	s.Helper()
	secrets := [][]byte{[]byte(testKey), []byte(testIV)}
	for _, text := range []string{testKey, testIV} {
		b, err := hex.DecodeString(text)
		if err != nil {
			s.Fatal(err)
		}
		secrets = append(secrets, b)
	}
	for id := range s.channels {
		secrets = append(secrets, s.keys(id)...)
	}
	for _, secret := range secrets {
		if form, found := leak(s.log.String(), secret); found {
			s.Errorf("the log holds a key in %s form", form)
		}
	}
}

// keys gives every content key of a channel's plan.
func (s *stack) keys(channel string) [][]byte {
	s.Helper()
	var keys [][]byte
	for _, e := range s.replica.Plan(channel).Entries() {
		for _, k := range e.Keys {
			// Not s.Context, which has ended when this is called last.
			secret, err := s.planner.Sealer.Open(context.Background(), e.Ref(channel, k), k.KID, k.Sealed)
			if err != nil {
				s.Fatal(err)
			}
			keys = append(keys, secret.Reveal())
		}
	}
	return keys
}

// leak reports in which form text holds key.
func leak(text string, key []byte) (form string, found bool) {
	for form, spelled := range map[string]string{
		"raw":     string(key),
		"quoted":  strings.Trim(fmt.Sprintf("%q", key), `"`),
		"hex":     hex.EncodeToString(key),
		"base64":  base64.RawStdEncoding.EncodeToString(key),
		"decimal": strings.Trim(fmt.Sprint(key), "[]"),
	} {
		if strings.Contains(text, spelled) {
			return form, true
		}
	}
	return "", false
}

func TestALeakIsSeenInEveryForm(t *testing.T) {
	key := []byte("\xfb\xef\x02K0123456789ab")
	for _, text := range []string{
		string(key), fmt.Sprintf("%q", key), fmt.Sprintf("%x", key), fmt.Sprint(key), base64.StdEncoding.EncodeToString(key),
	} {
		if _, found := leak("level=INFO key="+text+" x", key); !found {
			t.Error("not seen")
		}
	}
	if _, found := leak("level=INFO", key); found {
		t.Error("seen where there is none")
	}
}
