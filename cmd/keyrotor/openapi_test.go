package main_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// A contract is the document that a server shows, and which answers were held to it.
type contract struct {
	t      testing.TB
	doc    *openapi3.T
	router routers.Router
	seen   map[string]bool // "POST /speke 200"
}

func readContract(t testing.TB, s *server) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(s.get("/openapi.yaml", "").body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"application/xml", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(text, openapi3filter.PlainBodyDecoder)
	}
	for _, json := range []string{"application/jwk-set+json", "application/schema+json"} {
		openapi3filter.RegisterBodyDecoder(json, openapi3filter.JSONBodyDecoder)
	}
	return &contract{t, doc, router, map[string]bool{}}
}

// answers lists every answer in the document, as method, path and status.
func (c *contract) answers() (all []string) {
	for path, item := range c.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				all = append(all, method+" "+path+" "+status)
			}
		}
	}
	slices.Sort(all)
	return all
}

func TestTheInterfaceIsDescribedAsItIs(t *testing.T) {
	s := serve(t, fixture)
	c := readContract(t, s)
	var described []string
	for _, a := range c.answers() {
		described = append(described, a[:strings.LastIndex(a, " ")])
	}
	if diff := cmp.Diff(routeNames(t), slices.Compact(described)); diff != "" {
		t.Errorf("(-routes +openapi.yaml):\n%s", diff)
	}
}

func TestEveryAnswerIsAsDescribed(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "server: {", "server: {max_body: 8192, ", 1)+hook("http://127.0.0.1:1"))
	c := readContract(t, s)
	for _, e := range exchanges(t, s.periods("open", "")[0].Keys[0].KID) {
		c.hold(e, s.request(e.method, e.path, e.who, e.body), c.client)
	}
	c.holdCommands(s)
	c.holdPlayers()
	c.holdNotModified(s)
	c.holdCrowded()
	c.holdUnavailable()
	c.holdThrottled()
	if diff := cmp.Diff(c.answers(), slices.Sorted(maps.Keys(c.seen))); diff != "" {
		t.Errorf("answers (-described +seen):\n%s", diff)
	}
}

// client sends a request over the network.
func (c *contract) client(r *http.Request) *http.Response {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp
}

// holdCommands asks for what commands refuse because of what was asked before.
func (c *contract) holdCommands(s *server) {
	one := []string{`{"reason":"one"}`, `{"kid":"` + unknownKID + `","reason":"one"}`, `{"index":1}`}
	for i, path := range []string{"rotate", "revoke", "rebind"} {
		r := s.request("POST", "/v1/channels/closed/rebind", "operator", `{"index":7}`)
		r.Header.Set("Idempotency-Key", path)
		s.send(r)
		e := exchange{"POST", "/v1/channels/closed/" + path, "operator", one[i], 422}
		again := s.request(e.method, e.path, e.who, e.body)
		again.Header.Set("Idempotency-Key", path)
		c.hold(e, again, c.client)
	}
	e := exchange{"POST", "/v1/channels/open/revoke", "operator", `{"kid":"` + s.staticKID("open") + `","reason":"static"}`, 409}
	c.hold(e, s.request(e.method, e.path, e.who, e.body), c.client)
}

// holdNotModified asks for an announcement that the client has.
func (c *contract) holdNotModified(s *server) {
	e := exchange{"GET", "/v1/channels/open/announcement", "", "", 304}
	r := s.request(e.method, e.path, e.who, e.body)
	r.Header.Set("If-None-Match", "*")
	c.hold(e, r, c.client)
}

// holdCrowded asks for one event stream more than a server has.
func (c *contract) holdCrowded() {
	s := serve(c.t, strings.Replace(fixture, "server: {", "server: {event_streams: {max: 1}, ", 1))
	s.follow("", "")
	e := exchange{"GET", "/v1/channels/open/events", "", "", 503}
	c.hold(e, s.request(e.method, e.path, e.who, e.body), c.client)
}

// holdUnavailable asks a server that has planned nothing, and whose store is gone.
func (c *contract) holdUnavailable() {
	s := assemble(c.t, fixture+hook("http://127.0.0.1:1"))
	if err := s.LoseStore(); err != nil {
		c.t.Fatal(err)
	}
	for _, e := range []exchange{
		{"GET", "/readyz", "", "", 503},
		{"POST", "/v1/channels/open/token", "issuer", "{}", 503},
		{"POST", "/v1/channels/open/rotate", "operator", `{"reason":"a test"}`, 503},
		{"POST", "/v1/channels/open/revoke", "operator", `{"kid":"` + unknownKID + `","reason":"a test"}`, 503},
		{"POST", "/v1/channels/open/rebind", "operator", `{"index":7}`, 503},
		{"GET", "/v1/webhooks", "operator", "", 503},
		{"POST", "/v1/webhooks/hook/replay", "operator", "{}", 503},
		{"POST", "/speke", "packager", spekeFor(c.t, "open"), 503},
		{"POST", spekePath, "packager", spekeFor(c.t, "open"), 503},
		{"POST", "/speke/v1.0/copyProtection", "packager", spekeFor(c.t, "open"), 503},
	} {
		c.hold(e, s.request(e.method, e.path, e.who, e.body), func(r *http.Request) *http.Response {
			answered := httptest.NewRecorder()
			s.Handler().ServeHTTP(answered, r)
			return answered.Result()
		})
	}
}

// holdThrottled asks, once too often with a wrong credential, for whatever needs one.
func (c *contract) holdThrottled() {
	s := serve(c.t, strings.Replace(fixture, "server: {", "server: {throttle: {failures: 1, window: 1h}, ", 1))
	s.get("/v1/channels", "wrong")
	for _, described := range c.answers() {
		name, throttled := strings.CutSuffix(described, " 429")
		method, path, _ := strings.Cut(name, " ")
		if !throttled || !needsCredential(path) {
			continue
		}
		path = strings.NewReplacer("{channel}", "open", "{kid}", unknownKID).Replace(path)
		c.hold(exchange{method, path, "wrong", "{}", 429}, s.request(method, path, "wrong", "{}"), c.client)
	}
}

// needsCredential reports whether a route is none of those for players.
func needsCredential(path string) bool {
	return path != "/token" && !strings.HasPrefix(path, "/license/")
}

// hold sends a request and holds both sides to the document: the request only if it is to
// succeed, since a wrong one need not be well-formed.
func (c *contract) hold(e exchange, r *http.Request, send func(*http.Request) *http.Response) {
	c.t.Helper()
	r.Header.Set("Content-Type", e.contentType())
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", e.method, e.path, err)
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if e.status == http.StatusOK {
		if err := openapi3filter.ValidateRequest(c.t.Context(), in); err != nil {
			c.t.Errorf("request %s %s: %v", e.method, e.path, err)
		}
		r.Body = io.NopCloser(strings.NewReader(e.body))
	}
	resp := send(r)
	defer resp.Body.Close()
	body := firstBytes(c.t, resp)
	if resp.StatusCode != e.status {
		c.t.Errorf("%s %s as %q: %d %s, want %d", e.method, e.path, e.who, resp.StatusCode, body, e.status)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	out.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(c.t.Context(), out); err != nil {
		c.t.Errorf("answer %d of %s %s: %v", resp.StatusCode, e.method, e.path, err)
	}
	c.seen[route.Method+" "+route.Path+" "+strconv.Itoa(resp.StatusCode)] = true
}

// firstBytes is the body, but of an event stream, which does not end, what comes first.
func firstBytes(t testing.TB, resp *http.Response) []byte {
	t.Helper()
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		some := make([]byte, 1<<10)
		n, err := resp.Body.Read(some)
		if err != nil {
			t.Fatal(err)
		}
		return some[:n]
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// contentType is that of the body.
func (e exchange) contentType() string {
	if strings.HasPrefix(e.path, "/speke") {
		return "application/xml"
	}
	return "application/json"
}
