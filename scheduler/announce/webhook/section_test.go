package webhook_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// section reads what is written as in a configuration.
func section(t *testing.T, targets string) webhook.Section {
	t.Helper()
	var all []struct {
		Name         string
		URL          string
		Secrets      []string
		Channels     keyplan.ChannelIDs
		Events       []announce.Type
		Timeout      *time.Duration
		MaxAge       *time.Duration `yaml:"max_age"`
		AllowPrivate bool           `yaml:"allow_private"`
	}
	if err := yaml.Unmarshal([]byte(targets), &all); err != nil {
		t.Fatalf("%v in %s", err, targets)
	}
	var s webhook.Section
	for _, w := range all {
		c := webhook.TargetConfig{
			Name: w.Name, URL: keyplan.NewSecret([]byte(w.URL)), Channels: w.Channels, Events: w.Events,
			Timeout: w.Timeout, MaxAge: w.MaxAge, AllowPrivate: w.AllowPrivate,
		}
		for _, secret := range w.Secrets {
			c.Secrets = append(c.Secrets, keyplan.NewSecret([]byte(secret)))
		}
		s = append(s, c)
	}
	return s
}

func TestWhatIsWrongWithAWebhookIsNamed(t *testing.T) {
	const sound = "[{name: apps, url: 'https://apps.example.com/in?token=x', secrets: [" + secret + "]}]"
	short, long := base64.StdEncoding.EncodeToString(make([]byte, 23)), base64.StdEncoding.EncodeToString(make([]byte, 65))
	const wantURL = "[0].url: want an https URL without a fragment; http too with allow_private: true"
	const wantPublic = "[0].url: want an address of the public internet, or allow_private: true"
	const wantSecret = "[0].secrets[0]: want whsec_ and the base64 of 24 to 64 random bytes"
	for _, tc := range []struct{ from, to, want string }{
		{"", "", ""},
		{"name: apps", "name: a b", "[0].name: want 1 to 64 letters, digits, - and _"},
		{"name: apps", "name: ''", "[0].name: want 1 to 64 letters, digits, - and _"},
		{"name: apps", "name: " + strings.Repeat("a", 65), "[0].name: want 1 to 64 letters, digits, - and _"},
		{"]}]", "]}, {name: apps, url: 'https://b.example.com', secrets: [" + secret + "]}]", "[1].name: want a name that is not listed before"},
		{"https://apps.example.com/in?token=x", "", wantURL},
		{"https:", "ftp:", wantURL},
		{"https:", "http:", wantURL},
		{"https:", "http:', allow_private: true, x: '", wantURL},
		{"https://apps.example.com", "https:///in", wantURL},
		{"token=x", "token=x#part", wantURL},
		{"apps.example.com/in?token=x'", "10.0.0.1/in', allow_private: true", ""},
		{"https://apps.example.com/in?token=x'", "http://10.0.0.1/in', allow_private: true", ""},
		{"apps.example.com", "10.0.0.1", wantPublic},
		{"apps.example.com", "[::ffff:169.254.169.254]:8443", wantPublic},
		{"apps.example.com", "1.1.1.1", ""},
		{secret, "", "[0].secrets: want 1 to 4 secrets"},
		{secret, strings.Repeat(secret+", ", 5), "[0].secrets: want 1 to 4 secrets"},
		{secret, secret[6:], wantSecret},
		{secret, "whsec_" + short, wantSecret},
		{secret, "whsec_" + long, wantSecret},
		{secret, "whsec_*", wantSecret},
		{secret, secret + ", " + otherSecret, ""},
		{"]}", "], channels: []}", "[0].channels: want at least one channel ID, or * for all"},
		{"]}", "], channels: ['a*b*']}", "[0].channels[0]: want a channel ID, a pattern with one *, or * alone for all"},
		{"]}", "], channels: [news, event-*]}", ""},
		{"]}", "], events: []}", "[0].events: want at least one of announced, rotated and revoked"},
		{"]}", "], events: [announced, begun]}", "[0].events[1]: want announced, rotated or revoked, each once"},
		{"]}", "], events: [announced, announced]}", "[0].events[1]: want announced, rotated or revoked, each once"},
		{"]}", "], timeout: 1s, max_age: 1m}", ""},
		{"]}", "], timeout: 999ms}", "[0].timeout: want a duration from 1s to 1m0s"},
		{"]}", "], timeout: 61s}", "[0].timeout: want a duration from 1s to 1m0s"},
		{"]}", "], max_age: 59s}", "[0].max_age: want a duration from 1m to 24h0m0s, for which every feed holds its events"},
		{"]}", "], max_age: 25h}", "[0].max_age: want a duration from 1m to 24h0m0s, for which every feed holds its events"},
	} {
		targets, ps := webhook.NewTargets(section(t, strings.Replace(sound, tc.from, tc.to, 1)))
		got := ""
		if len(ps) > 0 {
			got = ps.Error()
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%q for %q (-want +got):\n%s", tc.to, tc.from, diff)
		}
		if len(targets) == 0 {
			t.Errorf("%q for %q gives no target", tc.to, tc.from)
		}
	}
}

func TestAWebhookHasDefaults(t *testing.T) {
	target := parse(t, "[{name: apps, url: 'https://user:password@apps.example.com:8443/in?token=x', secrets: ["+secret+"]}]")[0]
	want := webhook.Target{
		Name: "apps", Origin: "https://apps.example.com:8443", Events: []announce.Type{"announced", "rotated", "revoked"},
		Timeout: 10 * time.Second, MaxAge: 24 * time.Hour,
	}
	if diff := cmp.Diff(want, *target, cmpopts.IgnoreUnexported(webhook.Target{})); diff != "" {
		t.Errorf("target (-want +got):\n%s", diff)
	}
}

func TestADelivererNeedsItsParts(t *testing.T) {
	_, err := webhook.New(webhook.Config{})
	want := "channels: want a function\nsince: want a function\ntell: want a function\nstore: want one"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
