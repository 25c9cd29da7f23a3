package tokens

import (
	"strings"
)

// An axinomReader reads licence service messages around entitlement messages of version 2. It
// wants an expiration_date, without which Axinom would take a message for ever. Usage policies
// are not looked at.
type axinomReader struct{ keyID string }

func (a axinomReader) read(envelope members) (Grant, flaw) {
	if id, ok := envelope.text("com_key_id"); !ok || !strings.EqualFold(id, a.keyID) {
		return Grant{}, "its com_key_id is another"
	}
	message, ok := envelope.object("message")
	version, _ := message.get("version")
	if kind, _ := message.text("type"); !ok || kind != "entitlement_message" || string(version.text) != "2" {
		return Grant{}, "it has no entitlement message of version 2"
	}
	var g Grant
	if wrong := g.readDates(envelope, "begin_date", "expiration_date"); wrong != "" {
		return Grant{}, wrong
	}
	if g.Expires.IsZero() {
		return Grant{}, "it has no expiration_date"
	}
	license, ok := message.object("license")
	if message.has("license") && !ok {
		return Grant{}, "its license block is none"
	}
	if wrong := g.readDates(license, "start_datetime", "expiration_datetime"); wrong != "" {
		return Grant{}, wrong
	}
	return g, g.readInline(message)
}

// readDates narrows g to the span between two members, each of which may be missing.
func (g *Grant) readDates(m members, begin, end string) flaw {
	from, fromOK := m.date(begin)
	until, untilOK := m.date(end)
	if m.has(begin) && !fromOK || m.has(end) && !untilOK {
		return "a date of it is none"
	}
	g.NotBefore = latest(g.NotBefore, from)
	if untilOK && (g.Expires.IsZero() || until.Before(g.Expires)) {
		g.Expires = until
	}
	return ""
}

func (g *Grant) readInline(message members) flaw {
	source, _ := message.object("content_keys_source")
	inline, ok := source.list("inline")
	if !ok {
		return "it has no KIDs where they should be"
	}
	ids := make([]jsonValue, len(inline))
	for i, key := range inline {
		ids[i], _ = key.members.get("id")
	}
	if g.KIDs, ok = readKIDs(ids); !ok {
		return "a KID of it is none"
	}
	return ""
}
