package keyplan

import "time"

// An AnnouncePolicy says which of the planned periods the feed tells of.
type AnnouncePolicy string

const (
	// AnnounceLead: those whose keys enter tokens, lead before they can be on air.
	AnnounceLead AnnouncePolicy = "lead"
	// AnnouncePlanned: all, as soon as they are planned. Tokens name their keys from lead on
	// all the same, and that is when fetch windows begin.
	AnnouncePlanned AnnouncePolicy = "planned"
)

func (p *Policy) checkAnnounce(ps *Problems) {
	if p.Announce != AnnounceLead && p.Announce != AnnouncePlanned {
		ps.Add("announce", "lead or planned")
	}
}

// FeedAt is when the feed tells of the period of e. The zero time is as soon as it is planned.
func (p *Plan) FeedAt(pol *Policy, e *Entry) time.Time {
	if pol.Announce == AnnouncePlanned {
		return time.Time{}
	}
	return p.AnnounceAt(pol, e)
}
