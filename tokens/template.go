package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A TemplateConfig is a format of one's own, named by its key in the section.
type TemplateConfig struct {
	// Signing is the name of a key set.
	Signing string `yaml:"signing"`
	// Claims is a JSON object with placeholders, such as {"exp":{{expires}},"kids":{{kids}}}.
	Claims string `yaml:"claims"`
	// KIDsClaim are the names that lead to the KIDs in Claims, which then have {{expires}} as
	// exp, so that keyrotor's own licence endpoints can take the tokens. Nil means that they
	// cannot.
	KIDsClaim []string `yaml:"kids_claim"`
}

// A template writes claims by a text with placeholders. Whatever the values are, the claims
// are a JSON object with the same names.
type template struct{ parts []part }

// A part is text, which stands as it is, or a placeholder.
type part struct {
	text  string
	value *value
	// quoted says that the placeholder stands inside a string.
	quoted bool
}

// A value is what a placeholder stands for: text, a number or a list. One of them is set.
type value struct {
	text    func(d draft) string
	seconds func(d draft) int64
	list    kidForm // of each key
}

// values are the placeholders there are.
var values = map[string]*value{
	"kids":     {list: appendKID},
	"kids_hex": {list: appendDigits},

	"channel": {text: func(d draft) string { return d.channel }},
	"subject": {text: func(d draft) string { return d.Subject }},
	"policy":  {text: func(d draft) string { return d.Policy }},

	"issued":           {seconds: func(d draft) int64 { return d.issued.Unix() }},
	"not_before":       {seconds: func(d draft) int64 { return d.begin.Unix() }},
	"expires":          {seconds: func(d draft) int64 { return d.expires.Unix() }},
	"license_expires":  {seconds: func(d draft) int64 { return d.licenseEnd.Unix() }},
	"license_duration": {seconds: draft.licenseSeconds},

	"issued_time":          {text: func(d draft) string { return date(d.issued) }},
	"not_before_time":      {text: func(d draft) string { return date(d.begin) }},
	"expires_time":         {text: func(d draft) string { return date(d.expires) }},
	"license_expires_time": {text: func(d draft) string { return date(d.licenseEnd) }},
}

// date is a time in RFC 3339, in whole seconds and UTC.
func date(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (t *template) check(_ *keyplan.Channel, r Request, _ time.Time) error {
	if len(r.Policies) > 0 {
		return &RequestError{"policies", "none: a template has policy alone"}
	}
	return nil
}

func (t *template) append(b []byte, d draft) ([]byte, error) {
	for _, p := range t.parts {
		b = p.append(b, d)
	}
	return b, nil
}

func (p part) append(b []byte, d draft) []byte {
	switch {
	case p.value == nil:
		return append(b, p.text...)
	case p.value.list != nil:
		return appendList(b, d.keys, p.value.list)
	case p.value.seconds != nil:
		return appendSeconds(b, p.value.seconds(d))
	case p.quoted:
		return appendEscaped(b, p.value.text(d))
	}
	return appendText(b, p.value.text(d))
}

func (t *template) room(Request) int { return 0 }

func (t *template) cost(Request) func(Key) int {
	var bytes int
	for _, p := range t.parts {
		if p.value != nil && p.value.list != nil {
			bytes += len(`,""`) + len(p.value.list(nil, keyplan.KID{}))
		}
	}
	return func(Key) int { return bytes }
}
