package tokens_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/tokens"
)

// templated offers one template.
func templated(claims string) tokens.Section {
	return tokens.Section{
		Templates: map[string]tokens.TemplateConfig{"partner": {Signing: "a", Claims: claims}},
		Signing:   map[string]tokens.SigningConfig{"a": oneKey(tokens.HS256, hmacKey)},
	}
}

func TestATemplatesPlaceholdersBecomeValues(t *testing.T) {
	s := newStudio(t, halfMinutes())
	wish := tokens.Wish{KIDs: s.kids(t, 0)[:1]}
	kid := s.kids(t, 0)[0].String()
	for template, want := range map[string]string{
		`{"kids":{{kids}}}`:                                  `{"kids":["` + kid + `"]}`,
		`{"kids":{{kids_hex}}}`:                              `{"kids":["` + strings.ReplaceAll(kid, "-", "") + `"]}`,
		` { "a" : [ {{kids}} , " x  y " ] } `:                `{"a":[["` + kid + `"]," x  y "]}`,
		`{"k":{{kids}},"who":{{subject}},"as":"{{policy}}"}`: `{"k":["` + kid + `"],"who":"a\"\\\u0007b","as":"{{kids}}"}`,
		`{"k":{{kids}},"on":"{{channel}}/{{ subject }}"}`:    `{"k":["` + kid + `"],"on":"news/a\"\\\u0007b"}`,
		`{"k":{{kids}},"t":[{{issued}},{{not_before}},{{expires}},{{license_expires}},{{license_duration}}]}`: `{"k":["` + kid + `"],"t":[1772355600,1772355540,1772356200,1772356440,840]}`,
		`{"k":{{kids}},"t":"{{issued}}","u":{{expires_time}}}`:                                                `{"k":["` + kid + `"],"t":"1772355600","u":"2026-03-01T09:10:00Z"}`,
		`{"k":{{kids}},"t":["{{issued_time}}","{{not_before_time}}",{{license_expires_time}}]}`:               `{"k":["` + kid + `"],"t":["2026-03-01T09:00:00Z","2026-03-01T08:59:00Z","2026-03-01T09:14:00Z"]}`,
		`{"k":{{kids}},"\"{":"\\"}`: `{"k":["` + kid + `"],"\"{":"\\"}`,
		`{"k":{"l":{{kids}}}}`:      `{"k":{"l":["` + kid + `"]}}`,
	} {
		a := s.issueWith(t, templated(template), tokens.Request{Subject: "a\"\\\ab", Policy: "{{kids}}", Wish: wish})
		if diff := cmp.Diff(want, string(claims(t, a.Token))); diff != "" || a.Format != "partner" {
			t.Errorf("%s: %s", template, diff)
		}
	}
}

func TestATemplateThatCannotBeFilledIsRefusedAtStart(t *testing.T) {
	for template, want := range map[string]string{
		``:                     "a JSON object",
		`[{{kids}}]`:           "a JSON object",
		`{"k":{{kids}}`:        "{{kids}} as a value of its own",
		`{"k":[{{kids}}]`:      "a JSON object",
		`{"k":{{kids}}}}`:      "a JSON object",
		`{"k":{{kids}},}`:      "a JSON object",
		`{"k":{{kids}},"k":1}`: "each name once",
		`{"k":{{kids}},"a":{"b":1,"c":{},"b":2}}`: "each name once",
		`{"exp":{{expires}}}`:                     "{{kids}} or {{kids_hex}}",
		`{"k":{{kid}}}`:                           "placeholders that are known: {{channel}}, {{expires}},",
		`{"k":{{kids}},"a":"{{}}"}`:               "placeholders that are known",
		`{"k":{{kids}},"a":"{{subject"}`:          "placeholders that are known",
		`{"k":"{{kids}}"}`:                        "{{kids}} outside of quotes: it is a list",
		`{"k":{{kids}},{{subject}}:1}`:            "{{subject}} as a value of its own",
		`{"k":{{kids}},"a":1{{issued}}}`:          "{{issued}} as a value of its own",
		`{"k":{{kids}},"a":{{issued}}{{issued}}}`: "{{issued}} as a value of its own",
		`{"k":{{kids}},"a":-{{issued}}}`:          "{{issued}} as a value of its own",
		`{"k":{{kids}},"a":{{issued}}.5}`:         "{{issued}} as a value of its own",
		`{"k":{{kids}},"{{subject}}":1}`:          "placeholders in values only, not in names",
		`{"k":{{kids}},"x{{subject}}" : 1}`:       "placeholders in values only, not in names",
	} {
		ps := templated(template).Validate()
		if len(ps) != 1 || ps[0].Key != "templates.partner.claims" || !strings.Contains(ps[0].Want, want) {
			t.Errorf("%s: %v, want %q", template, ps, want)
		}
	}
}

// Whatever the template and the values are: what is taken at start gives one JSON object with
// the same names in it, in UTF-8.
func FuzzATemplate(f *testing.F) {
	s := newStudio(f, halfMinutes())
	f.Add(partnerClaims, `"}{"kids":[]`, "gold")
	f.Add(`{"k":{{kids}},"a":"{{subject}}","b":{"c":["{{policy}}",{{subject}}]}}`, "\xff\x00\\", "\u2028")
	f.Add(`{"k":[{{kids}},{{kids}}],"a":"\u00e9\"{{channel}}"}`, `{{kids}}`, `\`)
	f.Add(`{"":{{kids_hex}},"\ud800":"{{subject}}"}`, "", "")
	f.Fuzz(func(t *testing.T, template, subject, policy string) {
		section := templated(template)
		section.MaxCharacters = new(1 << 20) // else long values leave room for fewer keys
		if len(section.Validate()) > 0 || len(subject) > 40 || len(policy) > 40 {
			return
		}
		issue := func(r tokens.Request) []byte { return claims(t, s.issueWith(t, section, r).Token) }
		plain := issue(tokens.Request{})
		filled := issue(tokens.Request{Subject: subject, Policy: policy})
		if !json.Valid(filled) || filled[0] != '{' || utf8.ValidString(template) && !utf8.Valid(filled) {
			t.Fatalf("claims %q", filled)
		}
		if diff := cmp.Diff(names(t, plain), names(t, filled)); diff != "" {
			t.Fatalf("names depend on values: %s", diff)
		}
	})
}

// names are those of every object in text, in their order, and how many values there are.
func names(t *testing.T, text []byte) []string {
	t.Helper()
	var all []string
	dec := json.NewDecoder(strings.NewReader(string(text)))
	for {
		token, err := dec.Token()
		if err != nil {
			return all
		}
		switch v := token.(type) {
		case json.Delim:
			all = append(all, v.String())
		case string:
			all = append(all, "text")
		default:
			all = append(all, "value")
		}
	}
}
