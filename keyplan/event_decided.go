package keyplan

import "time"

// Decided are the events of what was decided by command: splits by Start, then revocations by
// From. Of what was decided longer than keep ago nobody is told any more.
func (p *Plan) Decided(pol *Policy, now time.Time) []Event {
	var events []Event
	oldest := now.Add(-pol.Keep)
	for _, e := range p.entries {
		if s, ok := p.Split(e); ok && s.At.After(oldest) {
			events = append(events, s.event(now))
		}
	}
	for _, r := range p.Revocations() {
		if r.At.After(oldest) {
			events = append(events, r.event(now))
		}
	}
	return events
}

func (s Split) event(now time.Time) Event {
	return Event{
		ID: string(Rotated) + "/" + stamp(s.Start), Type: Rotated, At: now.UTC(), Start: s.Start,
		By: s.By, Reason: s.Reason,
	}
}

func (r Revoked) event(now time.Time) Event {
	return Event{
		ID: string(KIDRevoked) + "/" + r.KID.String() + "/" + stamp(r.From), Type: KIDRevoked, At: now.UTC(), Start: r.Start,
		KID: new(r.KID), From: r.From, By: r.By, Reason: r.Reason,
	}
}
