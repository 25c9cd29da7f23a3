package main_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/configs"
)

// withPlayers is a sound configuration with these tokens and further sections.
func withPlayers(tokens, more string) string {
	return strings.NewReplacer("TOKENS", tokens, "MORE", more).Replace(`
server: {listen: "127.0.0.1:0"}
credentials: [{name: a, role: packager, bearer: {token_sha256: cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e5939}}]
TOKENS
policies: {weekly: {rotate: {every: 168h}}}
channels: [{id: open, policy: weekly, tracks: [VIDEO]}, {id: live-*, policy: weekly, tracks: [VIDEO]}]
MORE
`)
}

const (
	macSigning  = `signing: {a: {algorithm: HS256, keys: [{key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}}`
	macTokens   = `tokens: {drmcloud: {signing: a}, ` + macSigning + `}`
	blindTokens = `tokens: {templates: {own: {signing: a, claims: '{"exp":{{expires}},"k":{{kids}}}'}}, ` + macSigning + `}`
	seenTokens  = `tokens: {templates: {own: {signing: a, claims: '{"exp":{{expires}},"k":{{kids}}}', kids_claim: [k]}}, ` + macSigning + `}`
)

func TestWhatIsWrongForPlayersIsNamed(t *testing.T) {
	const noFormat = "license: want a token format, of a template with kids_claim, that says which keys players may have"
	for _, tc := range []struct{ tokens, more, want string }{
		{"", "", ""},
		{macTokens, "license: {clearkey: true, aes128: true, origins: ['*'], capacity: 5, skew: 0s}", ""},
		{seenTokens, "license: {aes128: true}", ""},
		{"", "license: {clearkey: false}", ""},
		{"", "license: {clearkey: true}", noFormat},
		{"", "license: {aes128: true}", noFormat},
		{blindTokens, "license: {aes128: true}", noFormat},
		{macTokens, "license: {origins: [player.example.com]}", "license.origins[0]: want an origin such as https://player.example.com, or * alone for all"},
		{macTokens, "license: {capacity: -1}", "license.capacity: want a number of requests in a second, or 0 for any number"},
		{macTokens, "license: {skew: 6m}", "license.skew: want a duration up to 5m"},
		{macTokens, "tutorial_token: {channel: open, origins: ['http://localhost:3000'], public: true}", ""},
		{blindTokens, "tutorial_token: {channel: open}", ""},
		{macTokens, "tutorial_token: {}", "tutorial_token.channel: want the ID of one of the channels"},
		{macTokens, "tutorial_token: {channel: live-*}", "tutorial_token.channel: want the ID of one of the channels"},
		{macTokens, "tutorial_token: {channel: open, origins: ['*', 'http://a']}", "tutorial_token.origins[0]: want an origin such as https://player.example.com, or * alone for all"},
		{"", "tutorial_token: {channel: open}", "tutorial_token: want a tokens section with a format beside it"},
		{macTokens, "limits: {tokens_per_credential: {count: 1, per: 1s}, licenses_per_remote: {count: 9, per: 1h}}", ""},
		{macTokens, "limits: {tokens_per_credential: {count: 0, per: 1s}}", "limits.tokens_per_credential.count: want a number from 1 to 1000000"},
		{macTokens, "limits: {tokens_per_subject: {count: 1}}", "limits.tokens_per_subject.per: want a duration from 1s to 24h"},
		{macTokens, "limits: {tokens_per_remote: {per: 1m}}", "limits.tokens_per_remote.count: want a number from 1 to 1000000"},
		{macTokens, "limits: {licenses_per_remote: {count: 1, per: 48h}}", "limits.licenses_per_remote.per: want a duration from 1s to 24h"},
	} {
		got := ""
		if err := configs.Decode("file", []byte(withPlayers(tc.tokens, tc.more)), keyrotor.Defaults()); err != nil {
			_, got, _ = strings.Cut(err.Error(), ": ")
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s\n%s (-want +got):\n%s", tc.tokens, tc.more, diff)
		}
	}
}

func TestPlainKeysBeyondLoopbackAreWarnedOf(t *testing.T) {
	const warning = "license.clearkey: players get plain keys, whatever the token wants of devices; it is for development"
	for _, tc := range []struct {
		listen, license string
		want            []string
	}{
		{"127.0.0.1:0", "clearkey: true", nil},
		{"0.0.0.0:0", "clearkey: true", []string{warning}},
		{"0.0.0.0:0", "aes128: true", nil},
	} {
		text := strings.Replace(withPlayers(macTokens, "license: {"+tc.license+"}"), "127.0.0.1:0", tc.listen, 1)
		if diff := cmp.Diff(tc.want, load(t, text).Warnings()); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", tc.license, tc.listen, diff)
		}
	}
}
