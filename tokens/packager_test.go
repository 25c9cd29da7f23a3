package tokens_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A packager counts its periods by a clock of its own, gets the keys of each by its index,
// and goes on with the last one it has when it gets no other.
type packager struct {
	contentID string // and its name
	interval  time.Duration
	first     uint32        // its first index
	start     time.Time     // when that begins
	offset    time.Duration // from the begin of a period to its ask
	lag       time.Duration // by how much it plays behind its own periods
	silent    time.Time     // from when on it cannot reach us, …
	back      time.Time     // … until this, if that is later

	next uint32                    // the index that it asks for next
	has  map[uint32]*keyplan.Entry // by index
	air  []onAir                   // what it used at each instant that was looked at
}

// An onAir is what a packager used under a policy: nothing, or nothing that is promised to be
// in tokens, if there is no entry.
type onAir struct {
	entry  *keyplan.Entry
	policy *keyplan.Policy
}

// drawPackager starts one at s.now whose numbers mean what keyplan's bindings say they may:
// they count from the epoch, or are configured, or are off by up to one interval from what
// the first ask looks like. It asks from three intervals before it needs a key to grace after.
func drawPackager(t *rapid.T, s *studio, contentID string) *packager {
	pol := s.channel.Policy
	d := pol.PackagerInterval
	seconds := func(name string, from, to time.Duration) time.Duration {
		return time.Duration(rapid.IntRange(int(from/time.Second), int(to/time.Second)).Draw(t, name)) * time.Second
	}
	p := &packager{
		contentID: contentID, interval: d, first: 7, start: s.now.Truncate(d),
		offset: seconds("asks", -3*d, min(d, pol.Grace)),
		silent: s.now.Add(seconds("silent after", 0, 10*time.Minute)),
		has:    map[uint32]*keyplan.Entry{},
	}
	if rapid.Bool().Draw(t, "comes back") {
		p.back = p.silent.Add(seconds("silent for", 0, 5*time.Minute))
	}
	switch rapid.SampledFrom([]keyplan.BindingKind{keyplan.BoundUnix, keyplan.BoundConfigured, keyplan.BoundAnchored}).Draw(t, "binding") {
	case keyplan.BoundUnix:
		p.first = uint32(p.start.Unix() / int64(d/time.Second))
	case keyplan.BoundConfigured:
		p.start = s.now.Add(seconds("begins", -d, 0))
		s.bind(p)
	case keyplan.BoundAnchored:
		p.start = p.start.Add(seconds("off by", -d, d))
	}
	p.next = p.first
	return p
}

// drawStraggler starts a packager that is some periods behind what it is configured to be.
func drawStraggler(t *rapid.T, s *studio, contentID string) *packager {
	d := s.channel.Policy.PackagerInterval
	behind := time.Duration(rapid.IntRange(1, 4).Draw(t, "behind")) * d
	p := &packager{
		contentID: contentID, interval: d, first: 7, next: 7, start: s.now.Add(-behind),
		offset: behind, lag: behind + d, silent: s.now.Add(2 * d), has: map[uint32]*keyplan.Entry{},
	}
	s.bind(p)
	return p
}

// bind configures which index p begins with, and when.
func (s *studio) bind(p *packager) {
	s.plan = s.plan.With(keyplan.Binding{
		ContentID: p.contentID, N: 1, Kind: keyplan.BoundConfigured, Index: p.first, At: p.start, Interval: p.interval,
	}.Record())
}

func (p *packager) begin(index uint32) time.Time {
	return p.start.Add(time.Duration(index-p.first) * p.interval)
}

// run lets p do what it does until s.now.
func (p *packager) run(t testing.TB, s *studio) {
	if !s.now.Before(p.silent) && !p.returns(s.now) {
		return
	}
	for p.next == p.first || !s.now.Before(p.begin(p.next).Add(p.offset)) {
		p.has[p.next] = s.serve(t, p.contentID, p.next)
		p.next++
	}
}

// returns reports whether p, which has asked before, is back by now. It asks for no period
// that began meanwhile.
func (p *packager) returns(now time.Time) bool {
	if p.back.IsZero() || now.Before(p.back) || p.next == p.first {
		return false
	}
	for p.silent.Before(p.back) && !p.begin(p.next).After(now) {
		p.next++
	}
	p.silent = p.back
	return true
}

// uses is what p encrypts with at an instant. Without an answer it goes on for grace; if
// that is two intervals or more, in which it is noticed, until it has one.
func (p *packager) uses(now time.Time, pol *keyplan.Policy) (*keyplan.Entry, bool) {
	for index := p.next; index != p.first; index-- {
		begin, e := p.begin(index-1), p.has[index-1]
		if begin.After(now) || e == nil {
			continue
		}
		last := begin.Add(p.lag + p.interval + pol.Grace)
		return e, pol.Grace >= 2*max(p.interval, pol.PackagerInterval) || !now.After(last)
	}
	return nil, false
}

// plays notes what p uses at an instant.
func (p *packager) plays(now time.Time, pol *keyplan.Policy) {
	e, promised := p.uses(now, pol)
	if !promised {
		e = nil
	}
	p.air = append(p.air, onAir{e, pol})
}

// used is what p used so many instants ago, if that was under pol and is promised.
func (p *packager) used(ago int, pol *keyplan.Policy) (*keyplan.Entry, bool) {
	if ago >= len(p.air) {
		return nil, false
	}
	then := p.air[len(p.air)-1-ago]
	return then.entry, then.entry != nil && then.policy == pol
}

// serve gives a packager the entry of an index, and keeps what is kept of that.
func (s *studio) serve(t testing.TB, contentID string, index uint32) *keyplan.Entry {
	t.Helper()
	pol := s.channel.Policy
	b, bound := s.plan.Binding(contentID)
	if !bound {
		b = keyplan.Bind(contentID, index, pol.PackagerInterval, s.now)
		b.N = 1
		s.plan = s.plan.With(b.Record())
	}
	middle := b.Middle(index, s.now)
	recs, err := keyplan.Planner{Source: s.source, Sealer: s.sealer}.Through(t.Context(), s.channel, s.plan, s.now, middle)
	if err != nil {
		t.Fatal(err)
	}
	s.plan = s.plan.With(recs...)
	e, ok := s.plan.At(middle)
	if !ok {
		t.Fatalf("nothing is planned at %v", middle)
	}
	s.plan = s.plan.With(
		keyplan.Served{ContentID: contentID, Index: index, N: b.N, Start: e.Start}.Record(),
		keyplan.NewSeen(e.Start, contentID, pol.PackagerInterval, s.now).Record(),
	)
	return e
}
