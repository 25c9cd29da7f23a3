package main_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sharing is what an answer says of other origins.
func sharing(a answer) map[string]string {
	said := map[string]string{}
	for _, name := range []string{"Origin", "Methods", "Headers", "Credentials"} {
		if value := a.header.Get("Access-Control-Allow-" + name); value != "" {
			said[name] = value
		}
	}
	return said
}

func TestPagesOfOtherOriginsReadPublicFeedsOnly(t *testing.T) {
	s := serve(t, fixture)
	anybody := map[string]string{"Origin": "*"}
	asked := map[string]string{"Origin": "*", "Methods": "GET, HEAD", "Headers": "If-None-Match, Last-Event-ID"}
	nobody := map[string]string{}
	for _, tc := range []struct {
		method, path, who string
		status            int
		want              map[string]string
	}{
		{"GET", "/v1/channels/open/announcement", "", 200, anybody},
		{"HEAD", "/v1/channels/open/announcement", "", 200, anybody},
		{"HEAD", "/v1/channels/open/events", "", 200, anybody},
		{"GET", "/v1/channels/open/events?after=x", "", 400, anybody},
		{"OPTIONS", "/v1/channels/open/announcement", "", 204, asked},
		{"OPTIONS", "/v1/channels/open/events", "", 204, asked},
		{"GET", "/v1/channels/closed/announcement", "viewer", 200, nobody},
		{"GET", "/v1/channels/closed/announcement", "", 404, nobody},
		{"OPTIONS", "/v1/channels/closed/announcement", "", 404, nobody},
		{"OPTIONS", "/v1/channels/nowhere/events", "", 404, nobody},
		{"GET", "/v1/channels/open", "viewer", 200, nobody},
		{"GET", "/v1/channels/open/periods", "viewer", 200, nobody},
	} {
		r := s.request(tc.method, tc.path, tc.who, "")
		r.Header.Set("Origin", "https://player.example.com")
		a := s.send(r)
		if diff := cmp.Diff(tc.want, sharing(a)); diff != "" || a.status != tc.status {
			t.Errorf("%s %s as %q: %d, want %d (-want +got):\n%s", tc.method, tc.path, tc.who, a.status, tc.status, diff)
		}
	}
}
