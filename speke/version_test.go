package speke_test

import (
	"fmt"
	"net/http"
	"testing"
)

func TestHeaderAndDocumentDecideTheVersionTogether(t *testing.T) {
	p := start(t, setup{})
	const unsupported = "Unsupported SPEKE version"
	for _, tc := range []struct {
		header, version string // "" leaves it out
		message         string // "" is a success
		speaks          string
	}{
		{"2.0", "2.3", "", "2.0"},
		{"", "2.3", "", "2.0"},
		{"2.0", "2.4", "Unsupported CPIX@version", "2.0"},
		{"2.0", "2.2", "Unsupported CPIX@version", "2.0"},
		{"2.0", "", "Missing CPIX@version", "2.0"},
		{"2.1", "2.4", "", "2.1"},
		{"", "2.4", "", "2.1"},
		{"2.1", "2.3", "Unsupported CPIX@version", "2.1"},
		{"2.1", "", "Missing CPIX@version", "2.1"},
		{"", "2.2", "Unsupported CPIX@version", ""},
		{"1.0", "2.3", unsupported, ""},
		{"1.0", "", unsupported, ""},
		{"2", "2.3", unsupported, ""},
		{"2.00", "2.3", unsupported, ""},
		{"2.2", "2.4", unsupported, ""},
		{"", "", "Missing CPIX@id", ""},
	} {
		t.Run(fmt.Sprintf("header %q and document %q", tc.header, tc.version), func(t *testing.T) {
			attribute := fmt.Sprintf(`version="%s"`, tc.version)
			if tc.version == "" {
				attribute = ""
			}
			got := p.post(tc.header, edit(t, valid, `version="2.3"`, attribute))
			if tc.message == "" && got.status != http.StatusOK || tc.message != "" && got.body != tc.message {
				t.Errorf("%d %q, want %q", got.status, got.body, tc.message)
			}
			if speaks := got.header.Get("X-Speke-Version"); speaks != tc.speaks {
				t.Errorf("X-Speke-Version %q, want %q", speaks, tc.speaks)
			}
		})
	}
}
