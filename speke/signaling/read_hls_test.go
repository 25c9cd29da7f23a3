package signaling_test

import (
	"slices"
	"strings"
)

// readAttributes reads an #EXT-X-KEY or #EXT-X-SESSION-KEY line by the grammar of
// RFC 8216, 4.2: names, then text without quotes and commas, or quoted text.
func readAttributes(t interface{ Fatalf(string, ...any) }, line string) map[string]string {
	tag, rest, _ := strings.Cut(line, ":")
	if !slices.Contains([]string{"#EXT-X-KEY", "#EXT-X-SESSION-KEY"}, tag) || strings.ContainsAny(line, "\r\n") {
		t.Fatalf("not one line of a key: %q", line)
	}
	attributes := map[string]string{}
	for rest != "" {
		name, value, ok := strings.Cut(rest, "=")
		if _, again := attributes[name]; !ok || again || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			t.Fatalf("attribute %q of %q", name, line)
		}
		attributes[name], rest = readValue(t, value)
	}
	return attributes
}

// readValue reads a value and the comma behind it.
func readValue(t interface{ Fatalf(string, ...any) }, s string) (value, rest string) {
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		value, rest, ok = strings.Cut(quoted, `"`)
		if !ok || rest != "" && !strings.HasPrefix(rest, ",") {
			t.Fatalf("quotes in %q", s)
		}
		return value, strings.TrimPrefix(rest, ",")
	}
	value, rest, _ = strings.Cut(s, ",")
	return value, rest
}
