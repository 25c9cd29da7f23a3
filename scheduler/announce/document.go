package announce

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Document is what is announced of a channel at one instant. But for IssuedAt it stays
// the same until RefreshAt, unless something else than time changes it.
type Document struct {
	Channel string `json:"channel"`
	// Sequence is that of the newest event in the feed, 0 if there is none: following from
	// there misses nothing that is not in the document.
	Sequence uint64    `json:"sequence"`
	IssuedAt time.Time `json:"issuedAt"`
	// Current is null if nothing is planned for now.
	Current *Period `json:"current"`
	// Coming holds the periods that have been announced and have not begun, by start.
	Coming []Period `json:"coming"`
	// Revoked holds the KIDs that are withdrawn, or will be. Once they are, they stand nowhere
	// else.
	Revoked []Withdrawal `json:"revoked"`
	// RefreshAt is the next instant at which a period is announced or begins, or a KID is
	// withdrawn.
	RefreshAt time.Time `json:"refreshAt"`
}

// lookAgain is when to ask again about a channel of which nothing is planned.
const lookAgain = 15 * time.Second

// Document gives what is announced now. It is false for a channel that there is not.
func (f *Feed) Document(channel string) (Document, bool) {
	ch, ok := f.Channel(channel)
	if !ok {
		return Document{}, false
	}
	// Events are read before the plan, so that the document is never older than Sequence.
	sequence, now := last(f.Events(channel)), f.now()
	plan := f.Plan(channel)
	d := Document{
		Channel: channel, Sequence: sequence, IssuedAt: now,
		Coming: []Period{}, Revoked: withdrawals(plan), RefreshAt: refreshAt(ch.Policy, plan, now),
	}
	for _, e := range plan.Between(now, plan.End()) {
		switch {
		case e.Contains(now):
			d.Current = new(f.period(ch, plan, e, now))
		case !plan.AnnounceAt(ch.Policy, e).After(now):
			d.Coming = append(d.Coming, f.period(ch, plan, e, now))
		}
	}
	return d, true
}

// refreshAt is the first instant after now at which a planned period is announced, begins
// or ends, or a KID is withdrawn.
func refreshAt(pol *keyplan.Policy, plan *keyplan.Plan, now time.Time) time.Time {
	var first time.Time
	for _, t := range changes(pol, plan, now) {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if first.IsZero() {
		return now.Add(lookAgain)
	}
	return first
}

// changes are the instants at which a document changes by itself, some of them past.
func changes(pol *keyplan.Policy, plan *keyplan.Plan, now time.Time) []time.Time {
	var all []time.Time
	for _, e := range plan.Between(now, plan.End()) {
		all = append(all, plan.AnnounceAt(pol, e), e.Start, e.End)
	}
	for _, r := range plan.Revocations() {
		all = append(all, r.From)
	}
	return all
}

func last(events []keyplan.Event) uint64 {
	if len(events) == 0 {
		return 0
	}
	return events[len(events)-1].Seq
}
