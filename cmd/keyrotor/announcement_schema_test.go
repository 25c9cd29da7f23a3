package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema is the one that a server shows, or a part of it: "" or "#/$defs/period".
func (s *server) schema(part string) *jsonschema.Schema {
	s.t.Helper()
	a := s.get("/announcement.schema.json", "")
	text, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil || a.header.Get("Content-Type") != "application/schema+json" {
		s.t.Fatalf("%v, %s", err, a.header.Get("Content-Type"))
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.AssertContent()
	if err := c.AddResource("urn:keyrotor:announcement", text); err != nil {
		s.t.Fatal(err)
	}
	compiled, err := c.Compile("urn:keyrotor:announcement" + part)
	if err != nil {
		s.t.Fatal(err)
	}
	return compiled
}

func valid(t testing.TB, schema *jsonschema.Schema, text string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return schema.Validate(value)
}

// revoke withdraws a KID of a channel now.
func (s *server) revoke(channel, kid string) {
	s.t.Helper()
	r := s.request("POST", "/v1/channels/"+channel+"/revoke", "operator", `{"kid":"`+kid+`","immediate":true,"reason":"a test"}`)
	if a := s.send(r); a.status != http.StatusOK {
		s.t.Fatal(a)
	}
}

func TestAnnouncementsAreAsTheirSchemaSays(t *testing.T) {
	s := serve(t, everything+"  - {id: any, policy: weekly, tracks: [any]}\n")
	s.revoke("closed", s.announced("closed")[0].KID)
	schema := s.schema("")
	for _, channel := range []string{"open", "closed", "news", "any"} {
		a := s.get("/v1/channels/"+channel+"/announcement", "viewer")
		if err := valid(t, schema, a.body); err != nil || a.status != http.StatusOK {
			t.Errorf("%s: %d, %v in %s", channel, a.status, err, a.body)
		}
	}
	if a := s.get("/v1/channels/closed/announcement", "viewer"); strings.Contains(a.body, `"revoked":[]`) {
		t.Errorf("nothing is revoked in %s", a.body)
	}
}

func TestAnAnnouncementWithNothingPlannedIsAsItsSchemaSays(t *testing.T) {
	answered := httptest.NewRecorder()
	assemble(t, fixture).Handler().ServeHTTP(answered, httptest.NewRequest("GET", openAnnouncement, nil))
	text := answered.Body.String()
	if err := valid(t, serve(t, fixture).schema(""), text); err != nil || !strings.Contains(text, `"current":null`) {
		t.Errorf("%v in %s", err, text)
	}
}

func TestEventsAreAsTheSchemaOfAnnouncementsSays(t *testing.T) {
	s := serve(t, strings.Replace(fast, "every: 2s", "every: 3s", 1))
	defs := map[string]*jsonschema.Schema{
		"announced": s.schema("#/$defs/period"), "rotated": s.schema("#/$defs/span"), "revoked": s.schema("#/$defs/withdrawal"),
		"begun": s.schema("#/$defs/span"), "ended": s.schema("#/$defs/span"),
	}
	st := s.follow("?after=0", "")
	s.send(s.request("POST", "/v1/channels/closed/rotate", "operator", `{"reason":"a test"}`))
	s.revoke("open", s.announced("open")[0].KID)
	seen := map[string]bool{}
	for !seen["announced"] || !seen["revoked"] || !seen["begun"] || !seen["ended"] {
		e, ok := st.next()
		if !ok {
			t.Fatalf("the stream ended after %v", seen)
		}
		schema, known := defs[e.name]
		if !known {
			t.Fatalf("event %q", e.name)
		}
		if err := valid(t, schema, e.data); err != nil {
			t.Errorf("%s: %v in %s", e.name, err, e.data)
		}
		seen[e.name] = true
	}
}

// Each change makes something of an announcement that no client could use.
func TestTheSchemaRefusesWhatIsNoAnnouncement(t *testing.T) {
	s := serve(t, everything)
	schema := s.schema("")
	body := s.get("/v1/channels/news/announcement", "viewer").body
	first := func(doc map[string]any) map[string]any {
		return doc["current"].(map[string]any)["keys"].([]any)[0].(map[string]any)
	}
	system := func(doc map[string]any) map[string]any { return first(doc)["systems"].([]any)[0].(map[string]any) }
	current := func(doc map[string]any) map[string]any { return doc["current"].(map[string]any) }
	for name, spoil := range map[string]func(doc map[string]any){
		"no sequence":          func(doc map[string]any) { delete(doc, "sequence") },
		"a negative sequence":  func(doc map[string]any) { doc["sequence"] = -1 },
		"no refreshAt":         func(doc map[string]any) { delete(doc, "refreshAt") },
		"refreshAt in seconds": func(doc map[string]any) { doc["refreshAt"] = 1795305660 },
		"a time with a zone":   func(doc map[string]any) { doc["issuedAt"] = "2026-11-22T00:00:00+01:00" },
		"no date":              func(doc map[string]any) { doc["issuedAt"] = "2026-11-32T00:00:00Z" },
		"no coming":            func(doc map[string]any) { doc["coming"] = nil },
		"no revoked":           func(doc map[string]any) { delete(doc, "revoked") },
		"a revoked KID alone":  func(doc map[string]any) { doc["revoked"] = []any{map[string]any{"kid": unknownKID}} },
		"an unknown member":    func(doc map[string]any) { doc["next"] = nil },
		"current is a list":    func(doc map[string]any) { doc["current"] = []any{} },
		"no end":               func(doc map[string]any) { delete(current(doc), "end") },
		"no fetch window":      func(doc map[string]any) { delete(current(doc), "fetchWindow") },
		"an index beyond 2^32": func(doc map[string]any) { current(doc)["index"] = 1 << 32 },
		"a KID without dashes": func(doc map[string]any) { first(doc)["kid"] = strings.Repeat("0", 32) },
		"an unknown scheme":    func(doc map[string]any) { first(doc)["scheme"] = "cbcx" },
		"a key":                func(doc map[string]any) { first(doc)["key"] = "" },
		"no systems":           func(doc map[string]any) { delete(first(doc), "systems") },
		"a PSSH in base64url":  func(doc map[string]any) { system(doc)["pssh"] = "AAA_" },
		"an empty PSSH":        func(doc map[string]any) { system(doc)["pssh"] = "" },
		"half of the HLS":      func(doc map[string]any) { system(doc)["hls"] = map[string]any{"media": "x"} },
	} {
		var doc map[string]any
		if err := json.Unmarshal([]byte(body), &doc); err != nil {
			t.Fatal(err)
		}
		spoil(doc)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if valid(t, schema, string(text)) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := valid(t, schema, body); err != nil {
		t.Errorf("unspoiled: %v", err)
	}
}
