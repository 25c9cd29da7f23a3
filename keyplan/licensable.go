package keyplan

import "time"

// A Licensable is an entry as it is on air, with the IVs that packagers brought, and the
// span [From, Until] in which its keys may be on air. That is wider than its period:
// packagers switch early or late, and keep their last key when they cannot reach us.
type Licensable struct {
	*Entry
	From, Until time.Time
	// Due is when the span of a packager that can reach us ends, as far as the period tells.
	// From there to Until the keys may be on air only because somebody asked late or is overdue.
	Due time.Time
}

// Overlaps reports whether the keys may be on air at some instant in [from, to]. Static ones
// always may.
func (l Licensable) Overlaps(from, to time.Time) bool {
	return l.Static() || !l.From.After(to) && !l.Until.Before(from)
}

// maxPackagers is how many packagers prolong spans.
const maxPackagers = 16

// Licensable gives every planned entry, by Start, with its licensable span at now:
// [Start − slack, End + slack + grace], or longer where packagers were seen asking for it
// late, or are or were overdue; never longer than keep. Of packagers, the 16 that were seen last
// prolong spans. The StaticEntry comes before them, if it has keys, with no span.
//
// The slice is not to be changed.
func (p *Plan) Licensable(pol *Policy, now time.Time) []Licensable {
	return p.under(pol).licensing().at(now)
}

// AnnounceAt is when the keys of e enter tokens, and its fetch window begins. The feed tells of
// it then, or sooner (see FeedAt).
func (p *Plan) AnnounceAt(pol *Policy, e *Entry) time.Time {
	return e.Start.Add(-p.Slack(pol) - pol.Lead)
}
