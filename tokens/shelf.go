package tokens

import (
	"maps"
	"regexp"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A shelf is the formats and key sets of a section.
type shelf struct {
	section Section
	sets    map[string]*KeySet
	offers  map[string]*offer
	ps      keyplan.Problems
}

// newShelf is of use only if there is no problem.
func newShelf(s Section) (*shelf, keyplan.Problems) {
	b := &shelf{section: s, sets: map[string]*KeySet{}, offers: map[string]*offer{}}
	for _, name := range slices.Sorted(maps.Keys(s.Signing)) {
		set, problems := newKeySet(s.Signing[name], s.lifetime())
		b.ps.Under("signing."+name, problems)
		if len(problems) == 0 {
			b.sets[name] = set
		}
	}
	checkKeyIDs(&b.ps, s.Signing)
	b.addAxinom()
	b.addDASHIF()
	b.addDRMCloud()
	for _, name := range slices.Sorted(maps.Keys(s.Templates)) {
		b.addTemplate(name)
	}
	b.checkDefault()
	b.checkRoom()
	return b, b.ps
}

func (b *shelf) addAxinom() {
	if b.section.Axinom == nil {
		return
	}
	problems := b.section.Axinom.Validate()
	b.ps.Under(FormatAxinom, problems)
	if len(problems) == 0 {
		a, _ := NewAxinom(*b.section.Axinom) // Validate took it
		b.offers[FormatAxinom] = a.offer(b.section.maxCharacters())
	}
}

func (b *shelf) addDASHIF() {
	c := b.section.DASHIF
	if c == nil {
		return
	}
	if set := b.signing(FormatDASHIF, c.Signing, HS256, ES256); set != nil {
		header := func(k SigningKey) []byte { return joseHeader(set.Algorithm, false, k.ID) }
		o := newOffer(FormatDASHIF, dashIF{}, set, header, min(b.section.maxCharacters(), maxDASHIF))
		o.ascending, o.upcoming = true, c.Upcoming
		b.offers[FormatDASHIF] = o
	}
}

func (b *shelf) addDRMCloud() {
	if b.section.DRMCloud == nil {
		return
	}
	if set := b.signing(FormatDRMCloud, b.section.DRMCloud.Signing, HS256); set != nil {
		b.offers[FormatDRMCloud] = newOffer(FormatDRMCloud, drmCloud{}, set, drmCloudHeader, b.section.maxCharacters())
	}
}

// formatName is what a template may be called.
var formatName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func (b *shelf) addTemplate(name string) {
	key, c := "templates."+name, b.section.Templates[name]
	if !formatName.MatchString(name) || slices.Contains([]string{FormatAxinom, FormatDASHIF, FormatDRMCloud}, name) {
		b.ps.Add(key, "a name of up to 64 letters, digits, dots, hyphens and underscores, which no other format has")
	}
	t, want := parseTemplate(c.Claims)
	if want != "" {
		b.ps.Add(key+".claims", "%s", want)
	} else if len(c.KIDsClaim) > 0 && !t.readable(c.KIDsClaim) {
		b.ps.Add(key+".kids_claim", "the names that lead to {{kids}} or {{kids_hex}} in claims, which must have {{expires}} as exp")
	}
	if set := b.signing(key, c.Signing, algorithms...); set != nil && want == "" {
		header := func(k SigningKey) []byte { return joseHeader(set.Algorithm, true, k.ID) }
		b.offers[name] = newOffer(name, t, set, header, b.section.maxCharacters())
	}
}

// signing is the key set with a name, or nil if it has a problem, or its algorithm is none that
// the format at key allows.
func (b *shelf) signing(key, name string, allowed ...Algorithm) *KeySet {
	c, known := b.section.Signing[name]
	switch {
	case !known:
		b.ps.Add(key+".signing", "the name of one of the sets in tokens.signing")
	case c.Algorithm != "" && !slices.Contains(allowed, c.Algorithm):
		b.ps.Add(key+".signing", "a set whose algorithm is %s", oneOf(allowed))
	}
	return b.sets[name]
}

func (b *shelf) checkDefault() {
	names := b.section.Formats()
	if b.section.Default == "" && len(names) > 1 || b.section.Default != "" && !slices.Contains(names, b.section.Default) {
		b.ps.Add("default", "the format of requests that name none: %s", oneOf(names))
	}
}

// checkRoom holds each format to a length that leaves room for a key: what stands around the
// keys, and the signature of each signing key, can be long.
func (b *shelf) checkRoom() {
	for _, name := range slices.Sorted(maps.Keys(b.offers)) {
		o := b.offers[name]
		for _, k := range o.set.keys {
			caps, err := o.caps("", Request{}, k.From, 0)
			if err == nil && caps.Room < caps.Cost(Key{}) && b.section.maxCharacters() >= minMaxCharacters {
				b.ps.Add("max_characters", "more: format %s has no room for a key", name)
				break
			}
		}
	}
}
