package source_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
)

func rootConfig(id string, from time.Time, secret string) source.RootConfig {
	return source.RootConfig{ID: id, From: from, Secret: keyplan.NewSecret([]byte(secret))}
}

func TestAConfigNamesWhatIsWrongWithIt(t *testing.T) {
	const (
		wantID     = "want a name that no root before it has"
		wantFrom   = "want a time that no root before it has"
		wantSecret = "want at least 32 random bytes, in base64 (standard alphabet, padded)"
	)
	good := base64.StdEncoding.EncodeToString(secret(0, 32))
	short := base64.StdEncoding.EncodeToString(secret(0, 31))
	urlSafe := base64.URLEncoding.EncodeToString([]byte(strings.Repeat("\xff", 32)))
	always := time.Time{}
	for _, c := range []struct {
		name  string
		kind  string
		roots []source.RootConfig
		want  []string
	}{
		{name: "nothing set"},
		{name: "random", kind: "random"},
		{name: "derived", kind: "derived", roots: []source.RootConfig{rootConfig("a", always, good), rootConfig("b", newYear, good)}},
		{name: "a line end after the secret", kind: "derived", roots: []source.RootConfig{rootConfig("a", always, good+"\n")}},
		{name: "an unknown kind", kind: "Derived", want: []string{"kind: want random or derived"}},
		{
			name: "roots that nothing reads", roots: []source.RootConfig{rootConfig("a", always, good)},
			want: []string{"roots: want none, since kind is random"},
		},
		{name: "no roots", kind: "derived", want: []string{"roots: want at least one root"}},
		{
			name: "no secret", kind: "derived", roots: []source.RootConfig{{ID: "a"}},
			want: []string{"roots[0].secret: " + wantSecret},
		},
		{
			name: "secrets that are none", kind: "derived",
			roots: []source.RootConfig{
				rootConfig("a", always, "correct horse battery staple, forty letters"),
				rootConfig("b", newYear, short),
				rootConfig("c", newYear.Add(1), urlSafe),
				rootConfig("d", newYear.Add(2), good+"!"),
			},
			want: []string{
				"roots[0].secret: " + wantSecret, "roots[1].secret: " + wantSecret,
				"roots[2].secret: " + wantSecret, "roots[3].secret: " + wantSecret,
			},
		},
		{
			name: "roots that cannot be told apart", kind: "derived",
			roots: []source.RootConfig{
				rootConfig("", always, good),
				rootConfig("b", newYear, good),
				rootConfig("b", newYear.In(time.FixedZone("", 3600)), good),
			},
			want: []string{"roots[0].id: " + wantID, "roots[2].id: " + wantID, "roots[2].from: " + wantFrom},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := source.Config{Kind: c.kind, Roots: c.roots}
			var got []string
			for _, p := range config.Validate() {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			s, err := source.New(config)
			if (err != nil) != (c.want != nil) || (s != nil) != (err == nil) {
				t.Errorf("source %v, error %v", s != nil, err)
			}
		})
	}
}

func TestAConfigMakesTheSourceItNames(t *testing.T) {
	at := keyplan.KeyRef{Channel: "news", Start: newYear, Track: "VIDEO", Scheme: keyplan.CBCS}
	text := base64.StdEncoding.EncodeToString(secret(0, 32))
	d, err := source.New(source.Config{Kind: "derived", Roots: []source.RootConfig{rootConfig("a", time.Time{}, text)}})
	if err != nil {
		t.Fatal(err)
	}
	if draw(t, d, at) != draw(t, derived(t, root("a", time.Time{}, 0)), at) {
		t.Error("the configured root gives other keys than its decoded secret")
	}
	for _, kind := range []string{"", "random"} {
		s, err := source.New(source.Config{Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		checkVersion(t, draw(t, s, at).kid, 4)
	}
}

func TestAConfigNeverRepeatsASecret(t *testing.T) {
	for _, text := range []string{"hunter2 hunter2", base64.StdEncoding.EncodeToString(secret('A', 31))} {
		config := source.Config{Kind: "derived", Roots: []source.RootConfig{rootConfig("a", time.Time{}, text)}}
		_, err := source.New(config)
		if err == nil {
			t.Fatal("a bad secret is taken")
		}
		printed := fmt.Sprintf("%v %+v %#v %v", config, config, config, err)
		checkSilent(t, printed, []byte(text))
		checkSilent(t, printed, secret('A', 31))
	}
}
