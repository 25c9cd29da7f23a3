package signaling

import (
	"slices"
	"unicode/utf8"
)

// maxField is the longest Provider or ContentID, in bytes: a header travels in every
// init segment and playlist.
const maxField = 256

// maxCustomAttributes is the longest CustomAttributes, in bytes (PlayReady Header
// Specification, 6).
const maxCustomAttributes = 1024

// What is wanted of a setting.
const (
	wantField     = "at most 256 bytes of UTF-8"
	wantURL       = "an http or https URL of at most 512 bytes"
	wantXML       = "canonical XML of at most 1024 bytes: explicit end tags, attributes in alphabetical order, no comments"
	wantSetup     = "ONDEMAND, or nothing"
	wantSkd       = "a URI of at most 512 bytes with {kid}, {kid_hex} or {json}, and else only {channel}, {content_id} and {iv}"
	wantLaurl     = "an http or https URL of at most 512 bytes, with no placeholders but {channel}, {content_id}, {kid} and {kid_hex}"
	wantAES128URI = "an http or https URL of at most 512 bytes with {kid} or {kid_hex}, and else only {channel} and {content_id}"
)

// Check calls add for each problem: the key below this section in YAML names, and what
// is wanted there.
func (s Settings) Check(add func(key, want string)) {
	for _, field := range []struct {
		key  string
		ok   bool
		want string
	}{
		{"widevine.provider", isField(s.Widevine.Provider), wantField},
		{"widevine.content_id", isField(s.Widevine.ContentID), wantField},
		{"playready.la_url", empty(s.PlayReady.LAURL) || isWebURL(s.PlayReady.LAURL), wantURL},
		{"playready.lui_url", empty(s.PlayReady.LUIURL) || isWebURL(s.PlayReady.LUIURL), wantURL},
		{"playready.custom_attributes", isCustom(s.PlayReady.CustomAttributes), wantXML},
		{"playready.decryptor_setup", empty(s.PlayReady.DecryptorSetup) || s.PlayReady.DecryptorSetup == "ONDEMAND", wantSetup},
		{"fairplay.uri", empty(s.FairPlay.URI) || template(s.FairPlay.URI).isSkd(), wantSkd},
		{"clearkey.laurl", empty(s.ClearKey.Laurl) || template(s.ClearKey.Laurl).isWebURL(), wantLaurl},
		{"aes128.uri", empty(s.AES128.URI) || template(s.AES128.URI).isKeyURL(), wantAES128URI},
	} {
		if !field.ok {
			add(field.key, field.want)
		}
	}
}

func empty(s string) bool { return s == "" }

func isField(s string) bool { return len(s) <= maxField && utf8.ValidString(s) }

func isCustom(s string) bool { return len(s) <= maxCustomAttributes && isCanonical(s) }

// isSkd reports whether t can tell FairPlay of a key.
func (t template) isSkd() bool {
	sample, ok := t.sample("kid", "kid_hex", "channel", "content_id", "iv", "json")
	return ok && t.namesKID() && isURI(sample)
}

// isWebURL reports whether t always gives a URL that players can reach.
func (t template) isWebURL() bool {
	sample, ok := t.sample("kid", "kid_hex", "channel", "content_id")
	return ok && isWebURL(sample)
}

// isKeyURL reports whether t gives every key a URL.
func (t template) isKeyURL() bool { return t.isWebURL() && t.namesKID() }

// sample is t with "~" for each name: no hexadecimal digit and not of a scheme or a host,
// which what stands for a name could break. It is false if t is too long or has names that
// are not known. A brace that stands alone stays in the sample, where no URI has one.
func (t template) sample(known ...string) (string, bool) {
	unknown := func(name string) bool { return !slices.Contains(known, name) }
	ok := len(t) <= maxURI && !slices.ContainsFunc(t.names(), unknown)
	return t.replace(func(string) string { return "~" }), ok
}
