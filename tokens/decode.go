package tokens

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A field is a member of a request, where it goes, and what is expected there.
type field struct {
	name string
	dst  any
	want string
}

const wantTime = "a time such as 2026-01-31T20:00:00Z (RFC 3339)"

func (r *Request) fields() []field {
	return []field{
		{"format", &r.Format, "text"},
		{"subject", &r.Subject, "text"},
		{"policy", &r.Policy, "text"},
		{"policies", &r.Policies, "an object of KIDs or track types, each with the name of a usage policy"},
		{"validFrom", &r.ValidFrom, wantTime},
		{"validTo", &r.ValidTo, wantTime},
		{"kids", &r.KIDs, "a list of KIDs, each a UUID"},
		{"from", &r.From, wantTime},
		{"to", &r.To, wantTime},
		{"tracks", &r.Tracks, "a list of track types"},
		{"scheme", &r.Scheme, "a protection scheme"},
	}
}

// DecodeRequest reads a request from JSON. It fails with a *RequestError that names the
// field; no bytes at all are the zero Request. It takes names in their own letter case
// only, and no unknown ones.
func DecodeRequest(b []byte) (Request, error) {
	var r Request
	if len(b) == 0 {
		return r, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil || members == nil {
		return r, &RequestError{"body", "a JSON object"}
	}
	fields := r.fields()
	for _, f := range fields {
		raw, given := members[f.name]
		delete(members, f.name)
		if given && json.Unmarshal(raw, f.dst) != nil {
			return Request{}, &RequestError{f.name, f.want}
		}
	}
	if len(members) > 0 {
		return Request{}, unknownField(slices.Min(slices.Collect(maps.Keys(members))), fields)
	}
	return r, nil
}

func unknownField(name string, fields []field) error {
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.name
	}
	return &RequestError{fmt.Sprintf("%.40q", name), "a field that is known: " + strings.Join(known, ", ")}
}
