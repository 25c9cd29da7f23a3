package announce

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Document is what is announced of a channel at one instant. It stays the same until
// RefreshAt, unless something else than time changes it.
type Document struct {
	Channel string `json:"channel"`
	// Sequence is that of the newest event in the feed, 0 if there is none: following from
	// there misses nothing that is not in the document.
	Sequence uint64 `json:"sequence"`
	// IssuedAt is when the newest of what it says became so: an event, or an instant that was
	// its RefreshAt.
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

// lookAgain is how often to ask about a channel of which nothing is planned: at multiples of
// it, so that the document stays the same in between.
const lookAgain = 15 * time.Second

// Document gives what is announced now. It is false for a channel that there is not.
func (f *Feed) Document(channel string) (Document, bool) {
	ch, ok := f.Channel(channel)
	if !ok {
		return Document{}, false
	}
	// Events are read before the plan, so that the document is never older than Sequence.
	events := f.Events(channel)
	return f.document(ch, events, f.Plan(channel), f.now()), true
}

func (f *Feed) document(ch *keyplan.Channel, events []keyplan.Event, plan *keyplan.Plan, now time.Time) Document {
	issued, refresh := bounds(changes(ch.Policy, plan, now), events, now)
	d := Document{
		Channel: ch.ID, Sequence: last(events), IssuedAt: issued,
		Coming: []Period{}, Revoked: withdrawals(plan), RefreshAt: refresh,
	}
	for _, e := range plan.Between(now, plan.End()) {
		switch {
		case e.Contains(now):
			d.Current = new(f.period(ch, plan, e, now))
		case !plan.FeedAt(ch.Policy, e).After(now):
			d.Coming = append(d.Coming, f.period(ch, plan, e, now))
		}
	}
	return d
}

// bounds are the last instant at which a document has changed, and the first at which it will.
func bounds(changes []time.Time, events []keyplan.Event, now time.Time) (issued, refresh time.Time) {
	if n := len(events); n > 0 {
		issued = events[n-1].At
	}
	for _, t := range changes {
		switch {
		case !t.After(now) && t.After(issued):
			issued = t
		case t.After(now) && (refresh.IsZero() || t.Before(refresh)):
			refresh = t
		}
	}
	again := now.Truncate(lookAgain)
	if issued.IsZero() {
		issued = again
	}
	if refresh.IsZero() {
		refresh = again.Add(lookAgain)
	}
	return issued, refresh
}

// changes are the instants at which a document changes by itself, some of them past.
func changes(pol *keyplan.Policy, plan *keyplan.Plan, now time.Time) []time.Time {
	all := []time.Time{plan.End()}
	for _, e := range plan.Between(now, plan.End()) {
		all = append(all, plan.FeedAt(pol, e), e.Start, e.End)
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
