package api

import "strings"

// matches reports whether If-None-Match fields name an entity tag, or any by *, compared weakly
// (RFC 9110, 13.1.2 and 8.8.3.2). What cannot be read ends the list.
func matches(fields []string, tag string) bool {
	for list := strings.Join(fields, ","); ; {
		list = strings.TrimLeft(list, " \t,")
		if strings.HasPrefix(list, "*") {
			return true
		}
		opaque, rest, ok := opaqueTag(strings.TrimPrefix(list, "W/"))
		if !ok || opaque == tag {
			return ok
		}
		list = rest
	}
}

// opaqueTag cuts a tag with its quotes, which may have commas between them, from what follows.
func opaqueTag(list string) (tag, rest string, ok bool) {
	if !strings.HasPrefix(list, `"`) {
		return "", "", false
	}
	end := strings.IndexFunc(list[1:], func(c rune) bool { return c <= ' ' || c == '"' || c == '\x7f' }) + 1
	if end == 0 || list[end] != '"' {
		return "", "", false
	}
	return list[:end+1], list[end+1:], true
}
