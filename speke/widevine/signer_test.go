package widevine_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/widevine"
)

// vector is a message whose signature was made outside of this project, and again by
// `openssl dgst -sha1 -binary | openssl enc -aes-256-cbc -K … -iv …`, under the key of the
// public test account.
const (
	vectorRequest   = `{"content_id":"Y2hhbm5lbC0x","drm_types":["WIDEVINE"],"tracks":[{"type":"SD"},{"type":"HD"},{"type":"AUDIO"}],"first_crypto_period_index":41,"crypto_period_count":10,"crypto_period_seconds":3600}`
	vectorSignature = "0tyrV/8F0cXWl5BxlNomQ3nZZu/HLceW6NfY3uOQ8Jk="
)

// captured is the first call of shaka-packager 3.4.2 for the content ID "demo".
const captured = `{"request":"eyJjb250ZW50X2lkIjoiWkdWdGJ3PT0iLCJwb2xpY3kiOiIiLCJ0cmFja3MiOlt7InR5cGUiOiJTRCJ9LHsidHlwZSI6IkhEIn0seyJ0eXBlIjoiVUhEMSJ9LHsidHlwZSI6IlVIRDIifSx7InR5cGUiOiJBVURJTyJ9XSwiZHJtX3R5cGVzIjpbIldJREVWSU5FIl0sInByb3RlY3Rpb25fc2NoZW1lIjoiQ0VOQyJ9","signature":"jmf4FeH+jeSJ+e6t2bz6d2nHQHMI6jGKIpGwBbGehmo=","signer":"widevine_test"}`

func TestASignatureMadeElsewhereIsAccepted(t *testing.T) {
	if diff := cmp.Diff(vectorSignature, base64.StdEncoding.EncodeToString([]byte(sign(t, vectorRequest)))); diff != "" {
		t.Fatal(diff)
	}
	message := `{"request":"` + base64.StdEncoding.EncodeToString([]byte(vectorRequest)) +
		`","signature":"` + vectorSignature + `","signer":"widevine_test"}`
	for name, body := range map[string]string{"the vector": message, "shaka-packager's": captured} {
		_, h := newStack(t, nil)
		// Past the signature, the content ID is none of the channel's.
		if got := post(t, h, "live", body).Status; got != "CONTENT_ID_MISMATCH" {
			t.Errorf("%s: status %s", name, got)
		}
	}
}

func TestAWrongSignatureGetsNothing(t *testing.T) {
	good := sign(t, tenPeriods)
	flipped := string([]byte{good[0] ^ 1}) + good[1:]
	for name, body := range map[string]string{
		"one bit":              sealed(t, tenPeriods, flipped, "widevine_test"),
		"the last bit":         sealed(t, tenPeriods, good[:31]+string([]byte{good[31] ^ 0x80}), "widevine_test"),
		"of another message":   sealed(t, tenPeriods, sign(t, tenPeriods+" "), "widevine_test"),
		"none":                 sealed(t, tenPeriods, "", "widevine_test"),
		"short":                sealed(t, tenPeriods, good[:16], "widevine_test"),
		"long":                 sealed(t, tenPeriods, good+good, "widevine_test"),
		"an unknown signer":    sealed(t, tenPeriods, good, "widevine"),
		"no signer":            sealed(t, tenPeriods, good, ""),
		"nothing but a signer": `{"signer":"widevine_test"}`,
		"an empty object":      `{}`,
		"no object":            `null`,
	} {
		t.Run(name, func(t *testing.T) {
			s, h := newStack(t, nil)
			if diff := cmp.Diff(answer{Status: "SIGNATURE_FAILED"}, post(t, h, "live", body)); diff != "" {
				t.Error(diff)
			}
			if len(s.asks) > 0 {
				t.Error("a key was asked for")
			}
		})
	}
}

func TestASignerReachesItsOwnChannelsOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		channels []string
		want     map[string]string // by channel of the URL
	}{
		"listed":      {[]string{"live", "unknown"}, map[string]string{"live": "OK", "foreign": "ACCESS_DENIED", "unknown": "ACCESS_DENIED"}},
		"all":         {[]string{"*"}, map[string]string{"live": "OK", "foreign": "OK", "unknown": "ACCESS_DENIED"}},
		"not limited": {nil, map[string]string{"live": "OK", "foreign": "OK", "unknown": "ACCESS_DENIED"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, h := newStack(t, func(c *widevine.Config) {
				c.Signers = signers(t, signer("widevine_test", tc.channels...))
			})
			for channel, want := range tc.want {
				if got := post(t, h, channel, envelope(t, `{"tracks":[{"type":"SD"}]}`)).Status; got != want {
					t.Errorf("%s: %s, want %s", channel, got, want)
				}
			}
			if len(s.answered) != 3 {
				t.Errorf("answered %v", s.answered)
			}
		})
	}
}

func TestASigningKeyMayBeWrittenInHexOrBase64(t *testing.T) {
	for name, c := range map[string]widevine.SignerConfig{
		"upper-case hex": {Key: keyplan.NewSecret([]byte(strings.ToUpper(testKey))), IV: keyplan.NewSecret([]byte(strings.ToUpper(testIV)))},
		// The same bytes by `xxd -r -p | base64`.
		"base64": {Key: keyplan.NewSecret([]byte("GujM0OeYXMC2IDpVhVoQNK/CUpgOlwypDlICaJ+Uerk=")), IV: keyplan.NewSecret([]byte("1YzpVCA7fJqanUZ/WYOSSQ=="))},
	} {
		c.Name = "widevine_test"
		_, h := newStack(t, func(config *widevine.Config) { config.Signers = signers(t, c) })
		if got := post(t, h, "live", envelope(t, tenPeriods)).Status; got != "OK" {
			t.Errorf("%s: status %s", name, got)
		}
	}
}

func TestASectionNamesEverythingThatIsWrongWithIt(t *testing.T) {
	text := func(s string) keyplan.Secret { return keyplan.NewSecret([]byte(s)) }
	section := widevine.Section{Signers: []widevine.SignerConfig{
		signer("good"),
		signer("good", "*"),
		{Name: "bad", Key: text(testKey[2:]), IV: text("secret!"), Channels: []string{}},
		{Name: strings.Repeat("n", 129), Key: text(testIV), IV: text(testKey), Channels: []string{"live", "*", ""}},
		{},
	}}
	const key, iv, one = "32 bytes in hex or base64", "16 bytes in hex or base64", "a channel ID, a pattern with one *, or * alone for all"
	want := keyplan.Problems{
		{Key: "signers[1].name", Want: "a name that no signer before it has"},
		{Key: "signers[2].key", Want: key}, {Key: "signers[2].iv", Want: iv},
		{Key: "signers[2].channels", Want: "at least one channel ID, or * for all"},
		{Key: "signers[3].name", Want: "1 to 128 bytes"}, {Key: "signers[3].key", Want: key}, {Key: "signers[3].iv", Want: iv},
		{Key: "signers[3].channels[1]", Want: one}, {Key: "signers[3].channels[2]", Want: one},
		{Key: "signers[4].name", Want: "1 to 128 bytes"}, {Key: "signers[4].key", Want: key}, {Key: "signers[4].iv", Want: iv},
	}
	_, got := widevine.NewSigners(section)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
