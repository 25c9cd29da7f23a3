package signaling

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A template is a URI in which {name} stands for something of a Key:
//
//	{kid}         8ba94ade-6eb9-449d-b44f-a5beefaf43b0
//	{kid_hex}     8ba94ade6eb9449db44fa5beefaf43b0
//	{channel}     the channel's ID, percent-encoded
//	{content_id}  the content ID or, if there is none, the channel's, percent-encoded
//	{iv}          the IV in 32 hexadecimal digits
//	{json}        base64 of {"ContentId":"…","KeyId":"…","IV":"…"}; KeyId is {kid}, IV is
//	              in base64
type template string

// expand replaces every {name}.
func (t template) expand(k Key) string { return t.replace(k.property) }

// replace gives t with what value gives for each name. A brace without its other one stays.
func (t template) replace(value func(name string) string) string {
	var b strings.Builder
	rest := string(t)
	for {
		before, after, _ := strings.Cut(rest, "{")
		name, next, closed := strings.Cut(after, "}")
		if !closed {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(before + value(name))
		rest = next
	}
}

// names are those that t has, in order.
func (t template) names() []string {
	var names []string
	t.replace(func(name string) string { names = append(names, name); return "" })
	return names
}

func (t template) wantsIV() bool {
	return slices.ContainsFunc(t.names(), func(name string) bool { return name == "iv" || name == "json" })
}

// namesKID reports whether what t expands to differs from KID to KID.
func (t template) namesKID() bool {
	return slices.ContainsFunc(t.names(), func(name string) bool {
		return name == "kid" || name == "kid_hex" || name == "json"
	})
}

// property is what stands for a name in a template.
func (k Key) property(name string) string {
	switch name {
	case "kid":
		return k.uuid()
	case "kid_hex":
		return hex.EncodeToString(k.KID[:])
	case "channel":
		return percentEncoded(k.Channel)
	case "content_id":
		return percentEncoded(k.contentID())
	case "iv":
		return hex.EncodeToString(k.IV)
	case "json":
		return k.skdJSON()
	}
	return ""
}

func (k Key) contentID() string { return cmp.Or(k.ContentID, k.Channel) }

// uuid is the KID in groups, in lower case.
func (k Key) uuid() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", k.KID[:4], k.KID[4:6], k.KID[6:8], k.KID[8:10], k.KID[10:])
}

// skdJSON is the form that AWS MediaPackage's guide shows behind skd://, in base64.
func (k Key) skdJSON() string {
	text, _ := json.Marshal(struct { // strings and bytes cannot fail
		ContentID string `json:"ContentId"`
		KeyID     string `json:"KeyId"`
		IV        []byte
	}{k.contentID(), k.uuid(), k.IV})
	return base64.StdEncoding.EncodeToString(text)
}
