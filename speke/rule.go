package speke

import (
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A use is what a usage rule says of its key. SPEKE 1.0 names no track.
type use struct {
	track  keyplan.Track
	period int
}

// readRules lists what the keys are used for. In one period a track type stands once, and
// ALL stands alone.
func (c *contract) readRules() error {
	periods, err := periodsByID(c.doc)
	if err != nil {
		return err
	}
	taken, key := map[use]bool{}, 0
	for _, rule := range c.rulesOrOne() {
		var track keyplan.Track
		if key, track, err = c.readRule(rule, key); err != nil {
			return err
		}
		c.rules = append(c.rules, key)
		scheme := c.version.scheme(c.doc.ContentKeys[key].Scheme.Value)
		periodic := len(rule.KeyPeriodFilters) > 0 || c.doc.Periods != nil
		for _, period := range rulePeriods(rule, c.doc, periods) {
			u := use{track, period}
			if period == noPeriod && periodic || taken[u] {
				return errContract
			}
			taken[u] = true
			c.asks = append(c.asks, ask{key: key, kid: c.kids[key], track: track, scheme: scheme, period: period})
		}
	}
	return checkAll(taken)
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
func (c *contract) readRule(rule *cpix.ContentKeyUsageRule, before int) (key int, track keyplan.Track, err error) {
	key, ok := c.key(rule.KID, before)
	if c.version == speke10 {
		ok = ok && len(rule.Filters) == 0
	} else {
		track = keyplan.Track(rule.IntendedTrackType.Value)
		ok = ok && track != ""
	}
	if !ok {
		return 0, "", errContract
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

func periodsByID(doc *cpix.Document) (map[string]int, error) {
	periods := make(map[string]int, len(doc.Periods))
	for i, p := range doc.Periods {
		_, twice := periods[p.ID.Value]
		if p.ID.Value == "" || len(p.ID.Value) > maxID || twice {
			return nil, errContract
		}
		periods[p.ID.Value] = i
	}
	return periods, nil
}

// rulePeriods are the periods that a rule filters for; noPeriod stands for one that the
// document does not list. A rule without a filter is for the only period of a document that
// lists one, or for none.
func rulePeriods(rule *cpix.ContentKeyUsageRule, doc *cpix.Document, periods map[string]int) []int {
	if len(rule.KeyPeriodFilters) == 0 && len(doc.Periods) == 1 {
		return []int{0}
	}
	if len(rule.KeyPeriodFilters) == 0 {
		return []int{noPeriod}
	}
	named := make([]int, len(rule.KeyPeriodFilters))
	for i, filter := range rule.KeyPeriodFilters {
		at, listed := periods[filter.PeriodID.Value]
		if !listed {
			at = noPeriod
		}
		named[i] = at
	}
	return named
}
