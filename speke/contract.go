package speke

import (
	"cmp"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A contract is what a document asks for once it is found well-made: for each of its
// content keys, in order, which track, scheme and period the key is for. (SPEKE calls the
// usage rules and keys of a document its encryption contract.)
type contract struct {
	asks []ask
	// periods are those that the keys are for, in the order of the document.
	periods []*cpix.ContentKeyPeriod
}

// An ask is one content key that is asked for.
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

// A use is what a usage rule says of its key.
type use struct {
	track  keyplan.Track
	period *cpix.ContentKeyPeriod
}

// readRules gives what each key is used for. Every key has at least one rule; in one period
// a track type stands once, and ALL stands alone.
func readRules(doc *cpix.Document, kids map[keyplan.KID]*cpix.ContentKey) (map[*cpix.ContentKey][]use, error) {
	periods, err := periodsByID(doc)
	if err != nil {
		return nil, err
	}
	uses := make(map[*cpix.ContentKey][]use, len(kids))
	tracks := map[*cpix.ContentKeyPeriod][]keyplan.Track{}
	for _, rule := range doc.UsageRules {
		key, track := lookup(kids, rule.KID), keyplan.Track(rule.IntendedTrackType.Value)
		if key == nil || track == "" {
			return nil, errContract
		}
		for _, period := range rulePeriods(rule, doc, periods) {
			if period == nil && doc.Periods != nil || slices.Contains(tracks[period], track) {
				return nil, errContract
			}
			tracks[period] = append(tracks[period], track)
			uses[key] = append(uses[key], use{track, period})
		}
	}
	for _, used := range tracks {
		if len(used) > 1 && slices.Contains(used, "ALL") {
			return nil, errContract
		}
	}
	return uses, nil
}

func periodsByID(doc *cpix.Document) (map[string]*cpix.ContentKeyPeriod, error) {
	periods := make(map[string]*cpix.ContentKeyPeriod, len(doc.Periods))
	for _, p := range doc.Periods {
		if p.ID.Value == "" || periods[p.ID.Value] != nil {
			return nil, errContract
		}
		periods[p.ID.Value] = p
	}
	return periods, nil
}

// rulePeriods are the periods that a rule filters for; nil stands for one that the document
// does not list. A rule without a filter is for the only period of a document that lists
// one, or for none.
func rulePeriods(rule *cpix.ContentKeyUsageRule, doc *cpix.Document, periods map[string]*cpix.ContentKeyPeriod) []*cpix.ContentKeyPeriod {
	if len(rule.KeyPeriodFilters) == 0 && len(doc.Periods) == 1 {
		return doc.Periods
	}
	if len(rule.KeyPeriodFilters) == 0 {
		return []*cpix.ContentKeyPeriod{nil}
	}
	var named []*cpix.ContentKeyPeriod
	for _, filter := range rule.KeyPeriodFilters {
		named = append(named, periods[filter.PeriodID.Value])
	}
	return named
}

// compose makes one ask of each key. A key that is used for two tracks or two periods is
// well-made but no contract of ours: keys differ by track and period.
func compose(doc *cpix.Document, uses map[*cpix.ContentKey][]use) (*contract, error) {
	c := &contract{}
	for _, key := range doc.ContentKeys {
		used := uses[key]
		switch {
		case len(used) == 0:
			return nil, errContract
		case len(used) > 1 || used[0].period == nil:
			return nil, errUnsupported
		}
		c.asks = append(c.asks, ask{key, used[0].track, keyplan.Scheme(key.Scheme.Value), used[0].period})
		if !slices.Contains(c.periods, used[0].period) {
			c.periods = append(c.periods, used[0].period)
		}
	}
	slices.SortFunc(c.periods, func(a, b *cpix.ContentKeyPeriod) int {
		return cmp.Compare(slices.Index(doc.Periods, a), slices.Index(doc.Periods, b))
	})
	return c, nil
}

// fits reports whether a channel has every track and scheme that is asked for.
func (c *contract) fits(ch *keyplan.Channel) error {
	for _, a := range c.asks {
		if !slices.Contains(ch.Tracks, a.track) || !slices.Contains(ch.Schemes, a.scheme) {
			return errUnsupported
		}
	}
	return nil
}

// indexes are the numbers of the contract's periods, in order.
func (c *contract) indexes() ([]uint32, error) {
	indexes := make([]uint32, len(c.periods))
	for i, period := range c.periods {
		index, ok := period.Number()
		if !ok {
			return nil, unsupportedPeriod(period)
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
