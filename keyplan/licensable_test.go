package keyplan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A broadcast is a channel's plan, what packagers asked, and how their indexes count.
type broadcast struct {
	policy   *keyplan.Policy
	recs     []keyplan.Record
	seen     []keyplan.Seen
	bindings []keyplan.Binding
	now      time.Time
}

func (b broadcast) plan() *keyplan.Plan {
	recs := slices.Clone(b.recs)
	for _, s := range b.seen {
		recs = append(recs, s.Record())
	}
	for _, bound := range b.bindings {
		recs = append(recs, records(bound, keyplan.Served{ContentID: bound.ContentID, N: 1, Start: noon})...)
	}
	return keyplan.NewPlan(recs...)
}

func drawBroadcast(t *rapid.T) broadcast {
	whole := func(label string, least, most int) *time.Duration {
		return new(time.Duration(rapid.IntRange(least, most).Draw(t, label)) * time.Minute)
	}
	c := keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Every: whole("every", 1, 4)}, PackagerInterval: whole("packager_interval", 1, 4), Grace: whole("grace", 0, 3),
	}
	c.Keep = new(*c.Grace + 4**c.PackagerInterval + *whole("more keep", 0, 30))
	b := broadcast{policy: live(t, c).Policy, recs: records(first(1, 0)), now: noon.Add(*whole("now", 0, 60))}
	for i := range rapid.IntRange(1, 12).Draw(t, "periods") {
		start := noon.Add(time.Duration(i) * *c.Rotate.Every)
		b.recs = append(b.recs, made(start, start.Add(*c.Rotate.Every), 0).Record())
	}
	for range rapid.IntRange(0, 12).Draw(t, "asks") {
		b.seen = append(b.seen, drawSeen(t, b, rapid.SampledFrom([]string{"p", "q"}).Draw(t, "packager")))
	}
	for _, id := range []string{"a", "b"}[:rapid.IntRange(0, 2).Draw(t, "bindings")] {
		kind := rapid.SampledFrom([]keyplan.BindingKind{keyplan.BoundUnix, keyplan.BoundConfigured, keyplan.BoundAnchored}).Draw(t, "kind")
		b.bindings = append(b.bindings, keyplan.Binding{ContentID: id, N: 1, Kind: kind, At: noon, Interval: *c.PackagerInterval})
	}
	b.seen = slices.CompactFunc(slices.SortedFunc(slices.Values(b.seen), bySeenName), func(x, y keyplan.Seen) bool { return bySeenName(x, y) == 0 })
	return b
}

func bySeenName(x, y keyplan.Seen) int {
	a, b := x.Record().Name, y.Record().Name
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func drawSeen(t *rapid.T, b broadcast, packager string) keyplan.Seen {
	start := noon.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "of")) * b.policy.Every)
	asked := start.Add(time.Duration(rapid.IntRange(-300, 900).Draw(t, "after")) * time.Second)
	if asked.After(b.now) {
		asked = b.now
	}
	return keyplan.NewSeen(start, packager, b.policy.PackagerInterval, asked)
}

// naive is the licensable span of e as the description of entitlement tokens has it, rule
// by rule. An ask is known to its packager interval only, and counts as of that one's end.
func (b broadcast) naive(plan *keyplan.Plan, e *keyplan.Entry) (from, until time.Time) {
	interval := b.policy.PackagerInterval
	var slack time.Duration
	if b.policy.Every != interval {
		slack = interval / 2
	}
	for _, bound := range b.bindings {
		switch bound.Kind {
		case keyplan.BoundConfigured:
			slack = max(slack, interval/2)
		case keyplan.BoundAnchored:
			slack = max(slack, interval/2+interval)
		}
	}
	from, until = e.Start.Add(-slack), e.End.Add(slack).Add(b.policy.Grace)
	for _, s := range b.seen {
		if s.Start.Equal(e.Start) && s.K >= 0 {
			until = later(until, s.Start.Add(time.Duration(s.K+3)*interval).Add(b.policy.Grace))
		}
	}
	for _, packager := range []string{"p", "q"} {
		until = later(until, b.overdueUntil(plan, e, packager))
	}
	if end := e.End.Add(b.policy.Keep); until.After(end) {
		until = end
	}
	return from, until
}

// overdueUntil is until when a packager may have e on air because it asked for nothing else:
// now if it still does not, and a while after the ask that ended this if it does again.
func (b broadcast) overdueUntil(plan *keyplan.Plan, e *keyplan.Entry, packager string) time.Time {
	var asks []time.Time
	for _, s := range b.seen {
		if s.Packager == packager {
			asks = append(asks, s.At)
		}
	}
	slices.SortFunc(asks, time.Time.Compare)
	var until time.Time
	for i, last := range asks {
		next, more := b.now, time.Duration(0)
		if i+1 < len(asks) {
			next, more = asks[i+1], 2*b.policy.PackagerInterval+b.policy.Grace
		}
		if b.overdue(plan, last, next) && slices.ContainsFunc(b.newestTwo(packager, last, next), e.Start.Equal) {
			until = later(until, next.Add(more))
		}
	}
	return until
}

// overdue reports whether a packager that asked last, and then next, should have asked between.
func (b broadcast) overdue(plan *keyplan.Plan, last, next time.Time) bool {
	passed := slices.ContainsFunc(plan.Entries(), func(e *keyplan.Entry) bool {
		return e.Start.After(last) && !e.Start.After(next)
	})
	return next.Sub(last) > 2*b.policy.PackagerInterval && passed
}

// newestTwo are the starts of the two newest entries that a packager was served by an
// instant and that have begun at now.
func (b broadcast) newestTwo(packager string, by, now time.Time) []time.Time {
	var newest, second time.Time
	for _, s := range b.seen {
		switch {
		case s.Packager != packager || s.At.After(by) || s.Start.After(now):
		case s.Start.After(newest):
			newest, second = s.Start, newest
		case s.Start.After(second) && s.Start.Before(newest):
			second = s.Start
		}
	}
	return []time.Time{newest, second}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func TestSpansAreThoseOfTheDescription(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBroadcast(t)
		plan := b.plan()
		got := plan.Licensable(b.policy, b.now)
		if len(got) != len(plan.Entries()) {
			t.Fatalf("%d spans of %d entries", len(got), len(plan.Entries()))
		}
		for i, e := range plan.Entries() {
			from, until := b.naive(plan, e)
			if got[i].Entry != e || !got[i].From.Equal(from) || !got[i].Until.Equal(until) {
				t.Fatalf("%v at %v: [%v, %v], want [%v, %v]", e.Period, b.now, got[i].From, got[i].Until, from, until)
			}
			due := e.End.Add(min(e.Start.Sub(from)+b.policy.Grace, b.policy.Keep))
			if !got[i].Due.Equal(due) {
				t.Fatalf("%v is due to end at %v, want %v", e.Period, got[i].Due, due)
			}
			if at := plan.AnnounceAt(b.policy, e); !at.Equal(from.Add(-b.policy.Lead)) {
				t.Fatalf("%v is announced at %v", e.Period, at)
			}
		}
	})
}

func TestAnotherPackagerNeverShrinksASpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBroadcast(t)
		before := b.plan().Licensable(b.policy, b.now)
		b.seen = append(b.seen, drawSeen(t, b, "another"))
		for i, l := range b.plan().Licensable(b.policy, b.now) {
			if l.From.After(before[i].From) || l.Until.Before(before[i].Until) {
				t.Fatalf("%v shrank from %v to %v", l.Period, before[i].Until, l.Until)
			}
			if l.Until.After(l.End.Add(b.policy.Keep)) {
				t.Fatalf("%v beyond keep: %v", l.Period, l.Until)
			}
		}
	})
}

func TestAnAskEndsNoSpanBeforeItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBroadcast(t)
		silent := broadcast{policy: b.policy, recs: b.recs, bindings: b.bindings, now: b.now}
		least := silent.plan().Licensable(b.policy, b.now)
		for i, l := range b.plan().Licensable(b.policy, b.now) {
			if l.Until.Before(least[i].Until) {
				t.Fatalf("%v ends at %v, unasked at %v", l.Period, l.Until, least[i].Until)
			}
		}
	})
}

func TestSlackFollowsHowIndexesCount(t *testing.T) {
	day := keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: "0 4 * * *"}, PackagerInterval: new(time.Minute)}
	minute := minutely()
	tests := []struct {
		name   string
		policy keyplan.PolicyConfig
		kinds  []keyplan.BindingKind
		every  time.Duration // of the bindings
		want   time.Duration
	}{
		{"our periods", minute, nil, 0, 0},
		{"unix under the same every", minute, []keyplan.BindingKind{keyplan.BoundUnix}, time.Minute, 0},
		{"configured", minute, []keyplan.BindingKind{keyplan.BoundConfigured}, time.Minute, 30 * time.Second},
		{"anchored", minute, []keyplan.BindingKind{keyplan.BoundAnchored}, time.Minute, 90 * time.Second},
		{"the widest counts", minute, []keyplan.BindingKind{keyplan.BoundAnchored, keyplan.BoundUnix, keyplan.BoundConfigured}, time.Minute, 90 * time.Second},
		{"cron", day, nil, 0, 30 * time.Second},
		{"cron, unix", day, []keyplan.BindingKind{keyplan.BoundUnix}, time.Minute, 30 * time.Second},
		{"cron, anchored", day, []keyplan.BindingKind{keyplan.BoundAnchored}, time.Minute, 90 * time.Second},
		{"unix, bound under another policy", minute, []keyplan.BindingKind{keyplan.BoundUnix}, 10 * time.Minute, 5 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var facts []keyplan.Fact
			for i, kind := range tt.kinds {
				id := string(rune('a' + i))
				facts = append(facts, keyplan.Served{ContentID: id, Start: noon},
					keyplan.Binding{ContentID: id, N: 1, Kind: kind, At: noon, Interval: tt.every})
			}
			if got := keyplan.NewPlan(records(facts...)...).Slack(live(t, tt.policy).Policy); got != tt.want {
				t.Errorf("slack %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWhatPackagersAskMovesTheEndsOfSpans(t *testing.T) {
	at := func(n int) time.Time { return noon.Add(minutes(n)) }
	ask := func(period, asked int) keyplan.Seen {
		return keyplan.NewSeen(at(period), "p", time.Minute, at(asked))
	}
	// Ten one-minute periods; grace is two minutes, keep an hour. Until is in minutes after
	// noon, by period.
	quiet := []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	tests := []struct {
		name string
		seen []keyplan.Seen
		now  int
		want []int
	}{
		{"nobody asked", nil, 9, quiet},
		{"prefetched", []keyplan.Seen{ask(2, 0), ask(3, 0), ask(9, 0)}, 1, quiet},
		{"asked late", []keyplan.Seen{ask(2, 6)}, 7, []int{3, 4, 11, 6, 7, 8, 9, 10, 11, 12}},
		{"prefetched, then cut off", []keyplan.Seen{ask(0, -1), ask(1, -1), ask(2, -1), ask(3, -1), ask(9, -1)}, 8, []int{3, 4, 8, 8, 7, 8, 9, 10, 11, 12}},
		{"cut off for longer", []keyplan.Seen{ask(2, -1), ask(3, -1)}, 50, []int{3, 4, 50, 50, 7, 8, 9, 10, 11, 12}},
		{"cut off until keep ends", []keyplan.Seen{ask(2, -1), ask(3, -1)}, 500, []int{3, 4, 63, 64, 7, 8, 9, 10, 11, 12}},
		{"it asks again after a while", []keyplan.Seen{ask(2, -1), ask(3, -1), ask(8, 7)}, 8, []int{3, 4, 11, 11, 7, 8, 9, 10, 11, 12}},
		{"it asks again soon", []keyplan.Seen{ask(2, -1), ask(3, -1), ask(8, 1), ask(9, 3)}, 4, quiet},
		{"it asks again late for what it had not", []keyplan.Seen{ask(2, -1), ask(6, 7)}, 8, []int{3, 4, 11, 6, 7, 8, 12, 10, 11, 12}},
		{"no boundary has passed since", []keyplan.Seen{ask(8, 10), ask(9, 10)}, 59, []int{3, 4, 5, 6, 7, 8, 9, 10, 15, 15}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			recs := append(chain(noon, 10), first(1, 0).Record())
			for _, s := range tt.seen {
				recs = append(recs, s.Record())
			}
			var got []int
			for _, l := range keyplan.NewPlan(recs...).Licensable(live(t, minutely()).Policy, at(tt.now)) {
				got = append(got, int(l.Until.Sub(noon)/time.Minute))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnAskBeforeThePolicyChangedCountsAtItsInstant(t *testing.T) {
	late := keyplan.NewSeen(noon, "p", 10*time.Minute, noon.Add(35*time.Minute))
	p := keyplan.NewPlan(append(chain(noon, 1), records(first(1, 0), late)...)...)
	got := p.Licensable(live(t, minutely()).Policy, noon.Add(35*time.Minute))[0].Until
	if want := noon.Add(39 * time.Minute); !got.Equal(want) {
		t.Errorf("until %v, want %v", got, want)
	}
}

func TestSpansIncludeBothOfTheirEnds(t *testing.T) {
	l := keyplan.Licensable{Entry: &keyplan.Entry{Period: spans(0)[0]}, From: noon, Until: noon.Add(time.Minute)}
	for _, tt := range []struct {
		from, to time.Duration
		want     bool
	}{{-10, 0, true}, {-10, -1, false}, {time.Minute, time.Hour, true}, {time.Minute + 1, time.Hour, false}, {1, 2, true}, {-1, time.Hour, true}} {
		if got := l.Overlaps(noon.Add(tt.from), noon.Add(tt.to)); got != tt.want {
			t.Errorf("%v to %v: %v", tt.from, tt.to, got)
		}
	}
}

func TestStaticKeysAreAlwaysLicensableAndStandFirst(t *testing.T) {
	static := keyplan.Static{ContentKey: aKey(time.Time{}, "VIDEO")}
	brought := keyplan.PackagerIV{KID: static.KID, IV: []byte("sixteen bytes iv")}
	p := keyplan.NewPlan(append(chain(noon, 2), records(first(1, 0), static, brought)...)...)
	got := p.Licensable(live(t, minutely()).Policy, noon)
	if len(got) != 3 || !got[0].Static() || string(got[0].Keys[0].IV) != "sixteen bytes iv" {
		t.Fatalf("%d spans, the first %+v", len(got), got[0])
	}
	if !got[0].Overlaps(noon, noon) || !got[0].From.IsZero() || !got[0].Until.IsZero() {
		t.Errorf("%+v is not without a span", got[0])
	}
}
