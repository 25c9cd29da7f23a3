package speke

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A use is what a usage rule says of its key. SPEKE 1.0 names no track.
type use struct {
	track  keyplan.Track
	period *cpix.ContentKeyPeriod
}

// readRules gives what each key is used for. Every key has at least one rule; in one period
// a track type stands once, and ALL stands alone.
func (c *contract) readRules() (map[*cpix.ContentKey][]use, error) {
	periods, err := periodsByID(c.doc)
	if err != nil {
		return nil, err
	}
	uses := make(map[*cpix.ContentKey][]use, len(c.kids))
	taken := map[use]bool{}
	for _, rule := range c.rulesOrOne() {
		key, track, err := c.readRule(rule)
		if err != nil {
			return nil, err
		}
		periodic := len(rule.KeyPeriodFilters) > 0 || c.doc.Periods != nil
		for _, period := range rulePeriods(rule, c.doc, periods) {
			u := use{track, period}
			if period == nil && periodic || taken[u] {
				return nil, errContract
			}
			taken[u] = true
			uses[key] = append(uses[key], u)
		}
	}
	return uses, checkAll(taken)
}

// rulesOrOne are the rules of the document. A SPEKE 1.0 document may have none; then there
// is one for its key that says nothing else.
func (c *contract) rulesOrOne() []*cpix.ContentKeyUsageRule {
	if len(c.doc.UsageRules) == 0 {
		return []*cpix.ContentKeyUsageRule{{KID: c.doc.ContentKeys[0].KID}}
	}
	return c.doc.UsageRules
}

// readRule gives key and track of a rule. In SPEKE 1.0, where one key serves all tracks, a
// rule selects none.
func (c *contract) readRule(rule *cpix.ContentKeyUsageRule) (*cpix.ContentKey, keyplan.Track, error) {
	key, track := c.key(rule.KID), keyplan.Track(rule.IntendedTrackType.Value)
	if key == nil {
		return nil, "", errContract
	}
	c.rules = append(c.rules, key)
	switch {
	case c.version != speke10 && track == "":
		return nil, "", errContract
	case c.version == speke10 && len(rule.Filters) > 0:
		return nil, "", errContract
	case c.version == speke10:
		track = ""
	}
	return key, track, nil
}

// checkAll refuses ALL beside other tracks of one period.
func checkAll(taken map[use]bool) error {
	for u := range taken {
		if u.track != allTracks && taken[use{allTracks, u.period}] {
			return errContract
		}
	}
	return nil
}

// allTracks is the intendedTrackType of a key for every track.
const allTracks keyplan.Track = "ALL"

func periodsByID(doc *cpix.Document) (map[string]*cpix.ContentKeyPeriod, error) {
	periods := make(map[string]*cpix.ContentKeyPeriod, len(doc.Periods))
	for _, p := range doc.Periods {
		if p.ID.Value == "" || len(p.ID.Value) > maxID || periods[p.ID.Value] != nil {
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
