package keyplan

import (
	"slices"
	"time"
)

// A licensing is licensable spans but for what depends on the time: packagers that are
// overdue. It is immutable once it is made.
type licensing struct {
	policy    *Policy
	static    []Licensable // the StaticEntry, if it has keys, and in the same array …
	spans     []Licensable // … after it the planned entries, by Start
	packagers []packager
}

func newLicensing(p *Plan, pol *Policy, slack time.Duration) *licensing {
	seen, ivs := p.observed()
	all := make([]Licensable, 0, len(p.entries)+1)
	if len(p.static.Keys) > 0 {
		all = append(all, Licensable{Entry: ivs.onAir(p.static)})
	}
	l := &licensing{policy: pol, static: all, packagers: seenLast(seen)}
	served := p.servedUntil()
	for _, e := range p.entries {
		due := latest(e.End, served[e.Start]).Add(min(slack+pol.Grace, pol.Keep))
		all = append(all, Licensable{Entry: ivs.onAir(e), From: e.Start.Add(-slack), Until: due, Due: due})
	}
	l.spans = all[len(l.static):]
	for _, pk := range l.packagers {
		l.stretchLate(pk)
		l.stretchSilent(pk)
	}
	return l
}

// observed is what packagers were seen to ask for, by packager, and the IVs they brought.
func (p *Plan) observed() (map[string][]Seen, brought) {
	seen, ivs := map[string][]Seen{}, brought{}
	for _, fact := range p.asks.all() {
		switch f := fact.(type) {
		case Seen:
			seen[f.Packager] = append(seen[f.Packager], f)
		case PackagerIV:
			ivs[f.KID] = f.IV
		}
	}
	return seen, ivs
}

// stretchLate prolongs the span of each entry that was asked for after its Start to that
// ask + 2·packager_interval + grace. Of an ask only the packager_interval in which it came
// is known, so its end counts, by the policy of today, which may have changed: hence never
// less than the first ask in it. An ask before the Start (prefetching) adds nothing.
func (l *licensing) stretchLate(pk packager) {
	for _, s := range pk.seen {
		if s.K < 0 {
			continue
		}
		ask := s.Start.Add(time.Duration(s.K+1) * l.policy.PackagerInterval)
		l.prolong(l.spans, s.Start, latest(ask, s.At).Add(2*l.policy.PackagerInterval+l.policy.Grace))
	}
}

// stretchSilent prolongs what a packager had on air while it was overdue to the ask that ended
// this + 2·packager_interval + grace, as stretchLate does: it may switch only later, and who
// watches that hour afterwards still needs the key.
func (l *licensing) stretchSilent(pk packager) {
	asks := pk.instants()
	for i := 1; i < len(asks); i++ {
		if !l.overdue(asks[i-1], asks[i]) {
			continue
		}
		for _, start := range pk.newestTwo(asks[i-1], asks[i]) {
			l.prolong(l.spans, start, asks[i].Add(2*l.policy.PackagerInterval+l.policy.Grace))
		}
	}
}

// at is the spans at now. It keeps alive the two newest entries that a packager was served
// and that have begun, if that is overdue: it may be cut off from us and go on with its last
// key. This ends when it asks again, or with keep.
func (l *licensing) at(now time.Time) []Licensable {
	all := l.static[:len(l.static)+len(l.spans)]
	spans := l.spans
	for _, pk := range l.packagers {
		if !l.overdue(pk.last, now) {
			continue
		}
		if &spans[0] == &l.spans[0] {
			all = slices.Clone(all)
			spans = all[len(l.static):]
		}
		for _, start := range pk.newestTwo(pk.last, now) {
			l.prolong(spans, start, now)
		}
	}
	return all
}

// overdue reports whether a packager that asked last at an instant has been silent for more
// than two packager_intervals, though a boundary passed.
func (l *licensing) overdue(last, now time.Time) bool {
	return now.Sub(last) > 2*l.policy.PackagerInterval && l.boundaryBetween(last, now)
}

// boundaryBetween reports whether an entry begins in (after, until].
func (l *licensing) boundaryBetween(after, until time.Time) bool {
	i, _ := slices.BinarySearchFunc(l.spans, after.Add(1), byStart)
	return i < len(l.spans) && !l.spans[i].Start.After(until)
}

// prolong stretches the span of the entry that begins at start, if it is there.
func (l *licensing) prolong(spans []Licensable, start, until time.Time) {
	i, ok := slices.BinarySearchFunc(spans, start, byStart)
	if ok {
		spans[i].Until = latest(spans[i].Until, earliest(until, spans[i].End.Add(l.policy.Keep)))
	}
}

func byStart(l Licensable, t time.Time) int { return l.Start.Compare(t) }
