package signaling

import "strings"

// The escapes of Canonical XML 1.1, 2.3, for text and for attribute values.
var (
	textEscapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
	valueEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
)

// escaped is s as the text of an element.
func escaped(s string) string { return textEscapes.Replace(s) }
