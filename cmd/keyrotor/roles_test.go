package main_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mayAsk says for each route which statuses callers get: nobody, who shows a wrong
// credential, packager, issuer, viewer and operator, in this order.
var mayAsk = map[string][6]int{
	"POST /speke/v1.0/copyProtection":             {401, 401, 200, 403, 403, 403},
	"GET /speke/v1.0/heartbeat":                   {401, 401, 200, 403, 403, 403},
	"POST /speke/v2.0/copyProtection":             {401, 401, 200, 403, 403, 403},
	"POST /speke":                                 {401, 401, 200, 403, 403, 403},
	"POST /widevine/{channel}":                    {200, 200, 200, 200, 200, 200}, // see its status
	"GET /v1/channels":                            {401, 401, 403, 403, 200, 200},
	"GET /v1/channels/{channel}":                  {401, 401, 403, 403, 200, 200},
	"GET /v1/channels/{channel}/periods":          {401, 401, 403, 403, 200, 200},
	"GET /v1/channels/{channel}/announcement":     {404, 401, 404, 404, 200, 200},
	"GET /v1/channels/{channel}/events?after=no":  {404, 401, 404, 404, 400, 400},
	"OPTIONS /v1/channels/{channel}/announcement": {404, 404, 404, 404, 404, 404},
	"OPTIONS /v1/channels/{channel}/events":       {404, 404, 404, 404, 404, 404},
	"GET /v1/channels/{channel}/cpix":             {401, 401, 200, 403, 403, 403},
	"POST /v1/channels/{channel}/rotate":          {401, 401, 403, 403, 403, 400},
	"POST /v1/channels/{channel}/revoke":          {401, 401, 403, 403, 403, 400},
	"POST /v1/channels/{channel}/rebind":          {401, 401, 403, 403, 403, 400},
	"POST /v1/channels/{channel}/token":           {401, 401, 403, 200, 403, 403},
	"GET /v1/channels/{channel}/authorize":        {403, 403, 403, 400, 403, 403}, // see authorize_test.go
	"POST /license/clearkey":                      {404, 404, 404, 404, 404, 404}, // switched off; see license_test.go
	"OPTIONS /license/clearkey":                   {404, 404, 404, 404, 404, 404},
	"GET /license/aes128/{channel}/{kid}":         {404, 404, 404, 404, 404, 404},
	"OPTIONS /license/aes128/{channel}/{kid}":     {404, 404, 404, 404, 404, 404},
	"POST /token":                                 {404, 404, 404, 404, 404, 404}, // switched off; see tutorial_test.go
	"OPTIONS /token":                              {404, 404, 404, 404, 404, 404},
	"GET /.well-known/jwks.json":                  {200, 200, 200, 200, 200, 200},
	"GET /v1/kids/{kid}":                          {401, 401, 403, 403, 404, 404},
	"GET /v1/webhooks":                            {401, 401, 403, 403, 403, 200},
	"POST /v1/webhooks/{webhook}/replay":          {401, 401, 403, 403, 403, 400},
	"GET /livez":                                  {200, 200, 200, 200, 200, 200},
	"GET /readyz":                                 {200, 200, 200, 200, 200, 200},
	"GET /metrics":                                {401, 401, 403, 403, 200, 200},
	"GET /openapi.yaml":                           {200, 200, 200, 200, 200, 200},
	"GET /announcement.schema.json":               {200, 200, 200, 200, 200, 200},
}

func TestEveryRouteLetsInItsRolesOnly(t *testing.T) {
	s := serve(t, fixture)
	for _, name := range slices.Sorted(maps.Keys(mayAsk)) {
		var got [6]int
		for i, who := range []string{"", "wrong", "packager", "issuer", "viewer", "operator"} {
			got[i] = s.call(name, "closed", who).status
		}
		if diff := cmp.Diff(mayAsk[name], got); diff != "" {
			t.Errorf("%s (nobody, wrong, packager, issuer, viewer, operator):\n%s", name, diff)
		}
	}
}

func TestTheTableOfRolesHasEveryRoute(t *testing.T) {
	var named []string
	for name := range mayAsk {
		name, _, _ = strings.Cut(name, "?")
		named = append(named, name)
	}
	slices.Sort(named)
	if diff := cmp.Diff(routeNames(t), named); diff != "" {
		t.Errorf("(-routes +table):\n%s", diff)
	}
}

// call asks a route by its name, for a channel and a KID that nobody has.
func (s *server) call(name, channel, who string) answer {
	s.t.Helper()
	method, path, _ := strings.Cut(name, " ")
	path = strings.NewReplacer("{channel}", channel, "{kid}", unknownKID).Replace(path)
	body := ""
	if method == "POST" && strings.HasPrefix(path, "/speke") {
		body = spekeFor(s.t, channel)
	}
	return s.send(s.request(method, path, who, body))
}

const unknownKID = "00000000-0000-4000-8000-000000000000"

// spekeFor asks for the one track that every channel of the fixture has.
func spekeFor(t testing.TB, contentID string) string {
	return video(document(t, contentID, week()))
}

func TestChannelsOfOthersLookLikeUnknownOnes(t *testing.T) {
	s := serve(t, fixture)
	for name, who := range map[string]string{
		"POST /speke":                             "narrow-packager",
		"GET /v1/channels/{channel}":              "narrow-viewer",
		"GET /v1/channels/{channel}/periods":      "narrow-viewer",
		"GET /v1/channels/{channel}/announcement": "narrow-viewer",
		"GET /v1/channels/{channel}/events":       "narrow-viewer",
		"GET /v1/channels/{channel}/cpix":         "narrow-packager",
		"POST /v1/channels/{channel}/token":       "narrow-issuer",
		"GET /v1/channels/{channel}/authorize":    "narrow-issuer",
	} {
		t.Run(name, func(t *testing.T) {
			foreign, unknown := s.call(name, "closed", who), s.call(name, "nowhere", who)
			if foreign.status != 404 || foreign.body != unknown.body || unknown.status != 404 {
				t.Errorf("another's channel: %d %q; an unknown one: %d %q",
					foreign.status, foreign.body, unknown.status, unknown.body)
			}
		})
	}
}

func TestAPublicFeedNeedsNoCredentialAndAnotherDoes(t *testing.T) {
	s := serve(t, fixture)
	const announcement = "GET /v1/channels/{channel}/announcement"
	if a := s.call(announcement, "open", ""); a.status != 200 {
		t.Errorf("nobody asks for a public channel: %d %s", a.status, a.body)
	}
	closed, unknown := s.call(announcement, "closed", ""), s.call(announcement, "nowhere", "")
	if closed.status != 404 || closed.body != unknown.body {
		t.Errorf("nobody asks for a channel that is not public: %d %s", closed.status, closed.body)
	}
	if a := s.call("GET /v1/channels/{channel}", "open", ""); a.status != 401 {
		t.Errorf("nobody asks for more of a public channel than its feed: %d %s", a.status, a.body)
	}
}

func TestTheListOfChannelsShowsTheCallersOwn(t *testing.T) {
	s := serve(t, fixture)
	var list struct{ Channels []struct{ ID string } }
	s.decode(s.get("/v1/channels", "narrow-viewer"), &list)
	if len(list.Channels) != 1 || list.Channels[0].ID != "open" {
		t.Errorf("channels %v, want open alone", list.Channels)
	}
}
