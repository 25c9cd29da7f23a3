package main_test

import (
	"strings"
	"testing"
)

// limited has these limits.
func limited(limits string) string {
	return strings.Replace(playing, "widevine:\n", "limits: {"+limits+"}\nwidevine:\n", 1)
}

func TestACredentialGetsSoManyTokensInATime(t *testing.T) {
	s := serve(t, limited("tokens_per_credential: {count: 2, per: 1h}"))
	ask := func(who, path string) answer { return s.send(s.request("POST", path, who, "")) }
	const open, closed = "/v1/channels/open/token", "/v1/channels/closed/token"
	for _, tc := range []struct {
		who, path string
		want      int
	}{
		{"issuer", open, 200}, {"issuer", closed, 200}, {"issuer", open, 429}, {"narrow-issuer", open, 200},
	} {
		a := ask(tc.who, tc.path)
		if a.status != tc.want || tc.want == 429 && (a.header.Get("Retry-After") == "" || a.header.Get("Content-Type") != problemJSON) {
			t.Errorf("%s to %s: %d %v", tc.who, tc.path, a.status, a.header)
		}
	}
	if a := s.get("/v1/channels/open/authorize?kids="+s.kidsOf("open", "cbcs")[0], "issuer"); a.status != 429 {
		t.Errorf("authorize: %d", a.status)
	}
	if a := s.tutorial(""); a.status != 200 {
		t.Errorf("without a credential: %d", a.status)
	}
	if shown := s.metrics("keyrotor_calls_limited_total"); !strings.Contains(shown, `{limit="tokens_per_credential"} 2`) {
		t.Errorf("not counted:\n%s", shown)
	}
}

func TestASubjectOfACredentialGetsSoManyTokensInATime(t *testing.T) {
	s := serve(t, limited("tokens_per_subject: {count: 1, per: 1h}"))
	for _, tc := range []struct {
		who, subject string
		want         int
	}{
		{"issuer", "ann", 200}, {"issuer", "ann", 429}, {"issuer", "bob", 200}, {"narrow-issuer", "ann", 200},
		{"issuer", "", 200}, {"issuer", "", 200},
	} {
		a := s.send(s.request("POST", "/v1/channels/open/token", tc.who, `{"subject":"`+tc.subject+`"}`))
		if a.status != tc.want {
			t.Errorf("%s for %q: %d, want %d", tc.who, tc.subject, a.status, tc.want)
		}
	}
}

func TestARemoteGetsSoManyTutorialTokensAndLicensesInATime(t *testing.T) {
	s := serve(t, limited("tokens_per_remote: {count: 1, per: 1h}, licenses_per_remote: {count: 1, per: 1h}"))
	token, kid := s.playerToken("news", ""), s.kidsOf("news", "cbc1")[0]
	var got []int
	for range 2 {
		got = append(got, s.tutorial("").status)
	}
	got = append(got, s.key("news", kid, token).status, s.key("news", kid, token).status, s.license("news", "wrong", kid).status)
	for i, want := range []int{200, 429, 200, 429, 429} {
		if got[i] != want {
			t.Errorf("call %d: %d, want %d", i, got[i], want)
		}
	}
	if a := s.playerToken("news", ""); a == "" {
		t.Error("an issuer on the same machine is held up")
	}
}
