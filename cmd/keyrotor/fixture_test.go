package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// fixture has a public channel, one that is not, and one whose name needs escapes.
const fixture = `
server: {listen: "127.0.0.1:0"}
store: {path: FOLDER/data}
credentials:
  - {name: packager, role: packager, basic: {user: packager, password: packager-secret}}
  - {name: issuer, role: issuer, basic: {user: issuer, password: issuer-secret}}
  - {name: viewer, role: viewer, bearer: {token: viewer-secret}}
  - {name: operator, role: operator, header: {name: X-Api-Key, value: operator-secret}}
  - {name: narrow-packager, role: packager, channels: [open], basic: {user: packager, password: narrow-packager-secret}}
  - {name: narrow-issuer, role: issuer, channels: [open], basic: {user: issuer, password: narrow-issuer-secret}}
  - {name: narrow-viewer, role: viewer, channels: [open], bearer: {token: narrow-viewer-secret}}
tokens:
  default: axinom
  dashif: {signing: apps}
  signing:
    apps: {algorithm: ES256, keys: [{id: apps-1, key: "` + appsKey + `"}]}
  axinom:
    communication_key_id: aa0151d7-081c-4699-a049-fc584556c9d2
    communication_key: RPSdG/fViTkTjcuG3fcRXL2JDchGThWQ/tfSNHAoG+A=
widevine:
  signers:
    - {name: wv, channels: [open], key: 1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9, iv: d58ce954203b7c9a9a9d467f59839249}
policies:
  weekly: {rotate: {every: 168h}, ahead: 4}
channels:
  - {id: open, public: true, policy: weekly, tracks: [VIDEO, AUDIO], schemes: [cbcs, cenc]}
  - {id: closed, policy: weekly, tracks: [VIDEO]}
  - {id: "a%2Fb?c#é", content_ids: [odd], policy: weekly, tracks: [VIDEO], bindings: {odd: {unix: true}}}
`

// appsKey is a private key that signs nothing else, as one line of YAML.
const appsKey = `-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAQPce2ETFATsXlem\nhp2S3wi95AoNNe/dnzi4wp7uv5qhRANCAAT/m0EaBFjU1YBp80PFyLqIbUMO1Nzh\nTRea5ZO4mwN2UrhzXOM7ufdeXpOLeKsdi04pfza5VeJtjILXoOPAdjN6\n-----END PRIVATE KEY-----\n`

// callers shows the credential of each of the fixture's callers, and a wrong one.
var callers = map[string]func(*http.Request){
	"packager":        basic("packager", "packager-secret"),
	"issuer":          basic("issuer", "issuer-secret"),
	"viewer":          bearer("viewer-secret"),
	"operator":        func(r *http.Request) { r.Header.Set("X-Api-Key", "operator-secret") },
	"narrow-packager": basic("packager", "narrow-packager-secret"),
	"live-packager":   basic("packager", "live-packager-secret"),
	"narrow-issuer":   basic("issuer", "narrow-issuer-secret"),
	"narrow-viewer":   bearer("narrow-viewer-secret"),
	"wrong":           basic("packager", wrongSecret),
}

const wrongSecret = "shown-and-wrong"

func basic(user, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(user, password) }
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

const spekePath = "/speke/v2.0/copyProtection"

// document is the SPEKE request of the tour for a content ID and index.
func document(t testing.TB, contentID string, index uint32) string {
	t.Helper()
	text, err := os.ReadFile(root + "/docs/tour/request.xml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(
		`contentId="demo"`, `contentId="`+contentID+`"`,
		`"INDEX"`, strconv.Quote(strconv.FormatUint(uint64(index), 10)),
	).Replace(string(text))
}

// speke makes a request for keys.
func (s *server) speke(who, body string) *http.Request {
	s.t.Helper()
	r := s.request("POST", spekePath, who, body)
	r.Header.Set("Content-Type", "application/xml")
	r.Header.Set("X-Speke-Version", "2.0")
	return r
}

// week is the index of the current week since the Unix epoch.
func week() uint32 { return uint32(time.Now().Unix() / (7 * 24 * 3600)) }

var audio = regexp.MustCompile(`(?s)<cpix:ContentKey kid="53ab[^>]*/>|<cpix:DRMSystem kid="53ab.*?</cpix:DRMSystem>|<cpix:ContentKeyUsageRule kid="53ab.*?</cpix:ContentKeyUsageRule>`)

// video takes the AUDIO key out of a document.
func video(document string) string { return audio.ReplaceAllString(document, "") }

// decode reads a JSON answer of status 200.
func (s *server) decode(a answer, dst any) {
	s.t.Helper()
	if a.status != http.StatusOK {
		s.t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), dst); err != nil {
		s.t.Fatalf("%v in %s", err, a.body)
	}
}

// routeNames are the method and path of every route, sorted.
func routeNames(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, r := range keyrotor.AllRoutes() {
		names = append(names, r.Name())
	}
	if len(names) == 0 {
		t.Fatal("there are no routes")
	}
	slices.Sort(names)
	return names
}
