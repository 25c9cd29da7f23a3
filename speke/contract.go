package speke

import (
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A contract is what a document asks for once it is found well-made: for each of its
// content keys, in order, which tracks, scheme and periods the key is for. (SPEKE calls the
// usage rules and keys of a document its encryption contract.)
type contract struct {
	// asks has those of one key beside each other.
	asks []ask
	// periods are those that the keys are for, in the order of the document.
	periods []*cpix.ContentKeyPeriod
}

// An ask is a use of a content key that is asked for. The period is nil if the document
// lists none.
type ask struct {
	key    *cpix.ContentKey
	track  keyplan.Track
	scheme keyplan.Scheme
	period *cpix.ContentKeyPeriod
}

// readContract checks everything about a document that does not depend on a channel, in
// the order in which packagers are told: lists, keys, schemes, rules.
func readContract(doc *cpix.Document) (*contract, error) {
	if doc.ContentKeys == nil && doc.DRMSystems == nil && doc.UsageRules == nil {
		return nil, errNoContract
	}
	if len(doc.ContentKeys) == 0 || len(doc.DRMSystems) == 0 || len(doc.UsageRules) == 0 {
		return nil, errContract
	}
	kids, err := readKIDs(doc)
	if err != nil {
		return nil, err
	}
	if err := checkSchemes(doc, kids); err != nil {
		return nil, err
	}
	rules, err := readRules(doc, kids)
	if err != nil {
		return nil, err
	}
	return compose(doc, rules)
}

// readKIDs finds each content key by its KID, and checks that every DRM system names one.
func readKIDs(doc *cpix.Document) (map[keyplan.KID]*cpix.ContentKey, error) {
	kids := make(map[keyplan.KID]*cpix.ContentKey, len(doc.ContentKeys))
	for _, key := range doc.ContentKeys {
		kid, err := keyplan.ParseKID(key.KID.Value)
		if err != nil || kids[kid] != nil {
			return nil, errContract
		}
		kids[kid] = key
	}
	for _, system := range doc.DRMSystems {
		if system.SystemID.Value == "" || lookup(kids, system.KID) == nil {
			return nil, errContract
		}
	}
	return kids, nil
}

// checkSchemes holds all keys of a document to one scheme that every system can play.
func checkSchemes(doc *cpix.Document, kids map[keyplan.KID]*cpix.ContentKey) error {
	for _, key := range doc.ContentKeys {
		if key.Scheme.Value == "" {
			return unprocessable("Missing ContentKey@commonEncryptionScheme for KID %s", key.KID.Value)
		}
	}
	for _, key := range doc.ContentKeys {
		if key.Scheme.Value != doc.ContentKeys[0].Scheme.Value {
			return errSchemeMix
		}
	}
	for _, s := range doc.DRMSystems {
		scheme := lookup(kids, s.KID).Scheme.Value
		system, known := signaling.ParseSystem(s.SystemID.Value)
		if known && keyplan.Scheme(scheme).Valid() && !system.Compatible(scheme) {
			return unprocessable("ContentKey@commonEncryptionScheme non compatible with DRMSystem %s", s.SystemID.Value)
		}
	}
	return nil
}

// compose lists what the keys are used for. A key that no rule uses is an error.
func compose(doc *cpix.Document, uses map[*cpix.ContentKey][]use) (*contract, error) {
	c := &contract{}
	used := map[*cpix.ContentKeyPeriod]bool{}
	for _, key := range doc.ContentKeys {
		if len(uses[key]) == 0 {
			return nil, errContract
		}
		for _, u := range uses[key] {
			c.asks = append(c.asks, ask{key, u.track, keyplan.Scheme(key.Scheme.Value), u.period})
			used[u.period] = true
		}
	}
	for _, period := range doc.Periods {
		if used[period] {
			c.periods = append(c.periods, period)
		}
	}
	return c, nil
}

// fits reports whether a channel has what is asked for: every track and scheme, with a key
// of its own for each track and period.
func (c *contract) fits(ch *keyplan.Channel) error {
	for i, a := range c.asks {
		shared := i > 0 && c.asks[i-1].key == a.key
		if shared || a.period == nil || !slices.Contains(ch.Tracks, a.track) || !slices.Contains(ch.Schemes, a.scheme) {
			return errUnsupported
		}
	}
	return nil
}

// indexes are the numbers of the contract's periods, in order. A period that is counted by
// anything else than its index alone is not one of SPEKE 2.0.
func (c *contract) indexes() ([]uint32, error) {
	indexes := make([]uint32, len(c.periods))
	for i, p := range c.periods {
		index, ok := p.Number()
		if !ok || p.Start.Present || p.End.Present || p.StartOffset.Present || p.EndOffset.Present {
			return nil, unsupportedPeriod(p)
		}
		indexes[i] = index
	}
	return indexes, nil
}

func lookup(kids map[keyplan.KID]*cpix.ContentKey, text cpix.Text) *cpix.ContentKey {
	kid, err := keyplan.ParseKID(text.Value)
	if err != nil {
		return nil
	}
	return kids[kid]
}
