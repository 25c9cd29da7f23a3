package keyplan

import (
	"slices"
	"time"
)

// Slack is how far a packager's switch may be from a period's Start. It is nothing where
// packagers count their periods as the policy does; half a packager_interval where their
// periods are others, or some planned ones do not begin where theirs do, because of an older
// policy, or of where a plan began; and one more where a binding was anchored to the first
// index asked, which may have been that of a neighbour. A binding counts as long as something
// that was served of its content ID is kept.
func (p *Plan) Slack(pol *Policy) time.Duration { return p.under(pol).slack }

func (p *Plan) slack(pol *Policy) time.Duration {
	var slack time.Duration
	if pol.Every != pol.PackagerInterval || !p.aligned(pol.PackagerInterval) {
		slack = pol.PackagerInterval / 2
	}
	for _, b := range p.bindings {
		if p.served[b.ContentID] {
			slack = max(slack, p.slackOf(b, pol))
		}
	}
	return slack
}

// aligned reports whether every entry begins where a packager's period does, if those count
// from the Unix epoch.
func (p *Plan) aligned(interval time.Duration) bool {
	within := func(e *Entry) bool { return e.Start.Unix()%int64(interval/time.Second) != 0 }
	return !slices.ContainsFunc(p.entries, within)
}

// slackOf is the slack of one content ID, whose interval is another than the policy's if that
// has changed since.
func (p *Plan) slackOf(b Binding, pol *Policy) time.Duration {
	interval := max(b.Interval, pol.PackagerInterval)
	switch {
	case b.Kind == BoundAnchored:
		return interval/2 + interval
	case b.Kind == BoundUnix && b.Interval == pol.Every && p.aligned(b.Interval):
		return 0
	}
	return interval / 2
}
