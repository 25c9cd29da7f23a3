package speke

import (
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

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
		periodic := len(rule.KeyPeriodFilters) > 0 || doc.Periods != nil
		for _, period := range rulePeriods(rule, doc, periods) {
			if period == nil && periodic || slices.Contains(tracks[period], track) {
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
