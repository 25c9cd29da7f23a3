package signaling_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/speke/signaling"
)

// problems are what Check finds, by key. Nil means nothing.
func problems(s signaling.Settings) map[string]string {
	var found map[string]string
	s.Check(func(key, want string) {
		if found == nil {
			found = map[string]string{}
		}
		found[key] = want
	})
	return found
}

func TestSettingsNameWhatIsWrongWithThem(t *testing.T) {
	full := strings.Repeat("é", 128)
	for _, c := range []struct {
		name string
		set  signaling.Settings
		want map[string]string
	}{
		{name: "nothing set"},
		{
			name: "everything set",
			set: signaling.Settings{
				Widevine: signaling.WidevineSettings{Provider: full, ContentID: full},
				PlayReady: signaling.PlayReadySettings{
					LAURL: "https://a", LUIURL: "http://[::1]:80/b%20c", CustomAttributes: "text", DecryptorSetup: "ONDEMAND",
				},
				FairPlay: signaling.FairPlaySettings{URI: "skd://{kid}"},
				ClearKey: signaling.ClearKeySettings{Laurl: "https://a"},
				AES128:   signaling.AES128Settings{URI: "https://a/{kid_hex}"},
			},
		},
		{
			name: "everything wrong",
			set: signaling.Settings{
				Widevine:  signaling.WidevineSettings{Provider: full + "x", ContentID: "\xc3"},
				PlayReady: signaling.PlayReadySettings{LAURL: "a", LUIURL: "b", CustomAttributes: "<a>", DecryptorSetup: "yes"},
				FairPlay:  signaling.FairPlaySettings{URI: "c"},
				ClearKey:  signaling.ClearKeySettings{Laurl: "d"},
				AES128:    signaling.AES128Settings{URI: "e"},
			},
			want: map[string]string{
				"widevine.provider":           "at most 256 bytes of UTF-8",
				"widevine.content_id":         "at most 256 bytes of UTF-8",
				"playready.la_url":            "an http or https URL of at most 512 bytes",
				"playready.lui_url":           "an http or https URL of at most 512 bytes",
				"playready.custom_attributes": "canonical XML of at most 1024 bytes: explicit end tags, attributes in alphabetical order, no comments",
				"playready.decryptor_setup":   "ONDEMAND, or nothing",
				"fairplay.uri":                "a URI of at most 512 bytes with {kid}, {kid_hex} or {json}, and else only {channel}, {content_id} and {iv}",
				"clearkey.laurl":              "an http or https URL of at most 512 bytes, with no placeholders but {channel}, {content_id}, {kid} and {kid_hex}",
				"aes128.uri":                  "an http or https URL of at most 512 bytes with {kid} or {kid_hex}, and else only {channel} and {content_id}",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, problems(c.set)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWebURLIsOneThatReachesAServerAndCanStandInAPlaylist(t *testing.T) {
	long := "https://a/" + strings.Repeat("b", 502)
	for url, want := range map[string]bool{
		"https://pr.example.com/rm.asmx?a=1&b='2'": true, "http://127.0.0.1:8080": true, long: true,
		long + "b": false, "//a/b": false, "/b": false, "https:///b": false, "https://:80/": false, "https:a": false,
		"ftp://a/b": false, "skd://a": false, "https://user@a/": false, "https://a:b/": false, "https://a/%zz": false,
		`https://a/"b`: false, "https://a/b c": false, "https://a/b\nc": false, "https://a/b\rc": false,
		"https://a/<b>": false, "https://a/ö": false, "https://a/{kid}": false, " https://a/": false, `https://a/\b`: false,
	} {
		settings := signaling.Settings{PlayReady: signaling.PlayReadySettings{LAURL: url}}
		if got := problems(settings) == nil; got != want {
			t.Errorf("%q accepted: %v", url, got)
		}
	}
}

func TestATemplateIsAURIWithKnownNamesThatTellKeysApart(t *testing.T) {
	long := "https://a/" + strings.Repeat("b", 497)
	for template, want := range map[string]struct{ fairPlay, laurl, aes128 bool }{
		"skd://{kid}":                  {fairPlay: true},
		"skd://{kid}:{iv}":             {fairPlay: true},
		"skd:{kid_hex}":                {fairPlay: true},
		"skd://{json}":                 {fairPlay: true},
		"skd://{channel}/{content_id}": {},
		"skd://one-for-all":            {},
		"https://a/{kid}":              {fairPlay: true, laurl: true, aes128: true},
		"https://a/{kid_hex}?c={channel}&d={content_id}": {fairPlay: true, laurl: true, aes128: true},
		"https://a/":               {laurl: true},
		"https://a/{channel}":      {laurl: true},
		"https://a/{kid}/{iv}":     {fairPlay: true},
		long + "{kid}":             {fairPlay: true, laurl: true, aes128: true},
		long + "b{kid}":            {},
		"https://a/{kid}{KID}":     {},
		"https://a/{kid}{}":        {},
		"https://a/{kid}{ kid}":    {},
		"https://a/{kid":           {},
		"https://a/{kid}}":         {},
		"https://a/{{kid}}":        {},
		"https://a/{kid}{":         {},
		"https://{channel}/{kid}":  {fairPlay: true},
		"https://a:{kid}/":         {fairPlay: true},
		"{kid}://a/":               {},
		"https{kid}://a/":          {},
		"{kid}":                    {},
		"1skd://{kid}":             {},
		"https://a/%{kid_hex}":     {},
		"https://a/%4{kid_hex}":    {},
		"https://a/%41{kid_hex}":   {fairPlay: true, laurl: true, aes128: true},
		`https://a/{kid}"`:         {},
		"https://a/{kid}\n":        {},
		"https://a/{kid}\r#EXTINF": {},
		"https://a/{kid} ":         {},
		"https://a/{kid}\xff":      {},
	} {
		found := problems(signaling.Settings{
			FairPlay: signaling.FairPlaySettings{URI: template},
			ClearKey: signaling.ClearKeySettings{Laurl: template},
			AES128:   signaling.AES128Settings{URI: template},
		})
		got := struct{ fairPlay, laurl, aes128 bool }{found["fairplay.uri"] == "", found["clearkey.laurl"] == "", found["aes128.uri"] == ""}
		if got != want {
			t.Errorf("%q: accepted %+v, want %+v", template, got, want)
		}
	}
}

func FuzzWhatIsAcceptedStandsInPlaylistsAndManifests(f *testing.F) {
	for _, template := range []string{"skd://{kid}:{iv}", "https://a/{channel}/{kid_hex}?a&b='{content_id}'", "skd://{json}", "{", "%{kid}"} {
		f.Add(template, "news", "movie")
		f.Add(template, "a\"b\r\nc", "<&>\xff")
	}
	f.Fuzz(func(t *testing.T, template, channel, contentID string) {
		k := signaling.Key{Channel: channel, ContentID: contentID, IV: make([]byte, 16)}
		for _, settings := range []signaling.Settings{
			{FairPlay: signaling.FairPlaySettings{URI: template}},
			{ClearKey: signaling.ClearKeySettings{Laurl: template}},
			{AES128: signaling.AES128Settings{URI: template}},
		} {
			if problems(settings) == nil {
				checkSignaling(t, settings, k)
			}
		}
	})
}
