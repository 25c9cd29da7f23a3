package main_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

// token asks for one of channel open.
func (s *server) token(body string) answer {
	return s.send(s.request("POST", "/v1/channels/open/token", "narrow-issuer", body))
}

func TestATokenNamesTheCurrentKeysAndTheAnswerTellsThem(t *testing.T) {
	s := serve(t, fixture)
	var got struct {
		Token, Format, Expires, RefreshAt string
		KIDs                              []string
	}
	s.decode(s.token(`{"subject":"somebody","tracks":["VIDEO"],"scheme":"cbcs"}`), &got)
	if got.Format != "axinom" || got.Expires == "" || got.RefreshAt == "" {
		t.Errorf("%+v", got)
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(got.Token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	current := s.periods("open", "")[0].Keys[0].KID
	for _, kid := range append(got.KIDs, current) {
		if !strings.Contains(string(claims), kid) {
			t.Errorf("KID %s is not in the token", kid)
		}
	}
}

func TestATokenRequestMayBeEmpty(t *testing.T) {
	s := serve(t, fixture)
	for _, body := range []string{"", "{}"} {
		if a := s.token(body); a.status != 200 {
			t.Errorf("%q: %d %s", body, a.status, a.body)
		}
	}
}

func TestAWrongTokenRequestIsToldWhatIsWanted(t *testing.T) {
	s := serve(t, fixture)
	for body, want := range map[string]string{
		`{"tracks":["UHD"]}`:              `tracks[0]: want one of`,
		`{"track":["VIDEO"]}`:             `track`,
		`{"kids":["x"]}`:                  `kids: want a list of KIDs`,
		`{"from":"2026-01-01T00:00:00Z"}`: `from: want both from and to`,
		`{"format":"jwt"}`:                `format: want axinom`,
		`{"subject":"a"} {}`:              `body: want a JSON object`,
		`[]`:                              `body: want a JSON object`,
		`{`:                               `body: want a JSON object`,
	} {
		a := s.token(body)
		if a.status != 400 || a.header.Get("Content-Type") != problemJSON || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s, want %q", body, a.status, a.body, want)
		}
	}
}

func TestAServerWithoutATokenFormatHasNoTokens(t *testing.T) {
	i, j := strings.Index(fixture, "tokens:"), strings.Index(fixture, "policies:")
	s := serve(t, fixture[:i]+fixture[j:])
	if a := s.token(""); a.status != 404 || !strings.Contains(a.body, "no token format is configured") {
		t.Errorf("%d %s", a.status, a.body)
	}
}
