package keyplan_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// drawPolicy draws a policy with periods of so many seconds to minutes.
func drawPolicy(t *rapid.T, shortest int) keyplan.PolicyConfig {
	seconds := func(label string, least, most int) *time.Duration {
		return new(time.Duration(rapid.IntRange(least, most).Draw(t, label)) * time.Second)
	}
	c := keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Every: seconds("every", shortest, 200)}, PackagerInterval: seconds("packager_interval", shortest, 200),
		Grace: seconds("grace", 0, 60), DVR: seconds("dvr", 0, 300), AheadFor: seconds("ahead_for", 0, 2000),
		Ahead: new(rapid.IntRange(1, 20).Draw(t, "ahead")), MaxAhead: new(rapid.IntRange(20, 100).Draw(t, "max_ahead")),
	}
	if rapid.Bool().Draw(t, "cron") {
		c.Rotate = keyplan.RotateConfig{Cron: rapid.SampledFrom([]string{"* * * * *", "*/3 * * * *", "1,2,7,50 * * * *"}).Draw(t, "spec")}
	}
	if rapid.Bool().Draw(t, "limited") {
		c.From = new(noon.Add(*seconds("from", -500, 500)))
	}
	c.Keep = new(*c.DVR + *c.Grace + 4*max(*c.PackagerInterval, time.Second))
	return c
}

// ahead is a draft of Ahead at now.
func ahead(ctx context.Context, t tester, ch *keyplan.Channel, now time.Time) keyplan.Draft {
	pl := newPlanner(t)
	return func(p *keyplan.Plan) ([]keyplan.Record, error) { return pl.Ahead(ctx, ch, p, now) }
}

func through(ctx context.Context, t tester, ch *keyplan.Channel, now, at time.Time) keyplan.Draft {
	pl := newPlanner(t)
	return func(p *keyplan.Plan) ([]keyplan.Record, error) { return pl.Through(ctx, ch, p, now, at) }
}

// reaches checks that p is planned as far as the policy wants and no period further.
func reaches(t tester, ch *keyplan.Channel, p *keyplan.Plan, now time.Time) {
	t.Helper()
	coming := 0
	for _, e := range p.Entries() {
		if e.Start.After(now) {
			coming++
		}
	}
	last := p.Entries()[len(p.Entries())-1]
	past := now.Add(max(ch.Policy.AheadFor, ch.Policy.Lead+p.Slack(ch.Policy)))
	if coming < ch.Policy.Ahead || !p.End().After(past) {
		t.Fatalf("%d periods after %v until %v", coming, now, p.End())
	}
	if coming > ch.Policy.Ahead && last.Start.After(past) {
		t.Fatalf("%d periods after %v until %v: one too many", coming, now, p.End())
	}
}

func TestThePlanReachesExactlyAsFarAsThePolicyWants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ch := live(t, drawPolicy(t, 1))
		now := noon.Add(time.Duration(rapid.IntRange(0, 9999).Draw(t, "ms")) * time.Millisecond)
		p := settled(t, keyplan.NewPlan(), ahead(context.Background(), t, ch, now))
		reaches(t, ch, p, now)
		checkUnrolled(t, ch, p)
		if first := p.Entries()[0]; first.Start.After(now.Add(-2*ch.Policy.PackagerInterval)) || first.Start.After(now.Add(-ch.Policy.DVR)) {
			if at, ok := ch.Policy.Calendar.Containing(first.Start.Add(-1)); ok {
				t.Fatalf("%v lacks %v, which players may still want", now, at)
			}
		}
	})
}

// checkUnrolled checks that the entries are the periods of the policy, without a gap.
func checkUnrolled(t tester, ch *keyplan.Channel, p *keyplan.Plan) {
	t.Helper()
	at := p.Entries()[0].Start
	for _, e := range p.Entries() {
		want := keyplan.Period{Start: at, End: ch.Policy.Calendar.Next(at)}
		if e.Period != want || e.Policy != ch.Policy.Hash() || len(e.Keys) != 2 {
			t.Fatalf("%v with %d keys, want %v", e.Period, len(e.Keys), want)
		}
		at = e.End
	}
}

func TestACatchUpLeavesNoGapWithinKeepAndBeginsAnewBeyond(t *testing.T) {
	tests := []struct {
		name string
		down time.Duration
		want string // period in which the run that reaches to now begins
	}{
		{"for no time", 0, "2026-11-21T11:58:00Z"},
		{"shorter than keep", 30 * time.Minute, "2026-11-21T11:58:00Z"},
		{"for keep", time.Hour + 4*time.Minute, "2026-11-21T11:58:00Z"},
		{"for longer than keep", time.Hour + 4*time.Minute + time.Second, "2026-11-21T13:02:00Z"},
		{"for a day", 24 * time.Hour, "2026-11-22T11:58:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ch := live(t, minutely())
			before := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
			if want := noon.Add(4 * time.Minute); !before.End().Equal(want) {
				t.Fatalf("planned until %v, want %v", before.End(), want)
			}
			now := noon.Add(tt.down)
			after := settled(t, before, ahead(t.Context(), t, ch, now))
			reaches(t, ch, after, now)
			if diff := cmp.Diff(before.Entries(), after.Entries()[:len(before.Entries())]); diff != "" {
				t.Errorf("what was planned has changed:\n%s", diff)
			}
			if got := runUpTo(after); !got.Equal(instant(t, tt.want)) {
				t.Errorf("the run begins at %v, want %s", got, tt.want)
			}
			if now.Before(runUpTo(after)) {
				t.Error("nothing is planned now")
			}
		})
	}
}

// runUpTo is where the last run of entries without a gap begins.
func runUpTo(p *keyplan.Plan) time.Time {
	entries := p.Entries()
	i := len(entries) - 1
	for i > 0 && entries[i-1].End.Equal(entries[i].Start) {
		i--
	}
	return entries[i].Start
}

func TestAPlanThatLacksNothingGetsNoRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ch, pl := live(t, drawPolicy(t, 1)), newPlanner(t)
		p := settled(t, keyplan.NewPlan(), ahead(context.Background(), t, ch, noon))
		for _, at := range []time.Time{noon, noon.Add(-5 * time.Second), p.End().Add(-1), noon.Add(-time.Hour)} {
			if recs, err := pl.Through(context.Background(), ch, p, noon, at); len(recs) > 0 || err != nil {
				t.Fatalf("through %v: %d records, %v", at, len(recs), err)
			}
		}
		if recs, err := pl.Ahead(context.Background(), ch, p, noon.Add(-time.Second)); len(recs) > 0 || err != nil {
			t.Fatalf("%d records, %v", len(recs), err)
		}
	})
}

func TestARequestExtendsThePlanToItsPeriodAndNoFurther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ch := live(t, drawPolicy(t, 1))
		ctx, now := context.Background(), noon.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "later"))*time.Second)
		p := keyplan.NewPlan()
		if rapid.Bool().Draw(t, "planned before") {
			p = settled(t, p, ahead(ctx, t, ch, now.Add(-time.Duration(rapid.IntRange(0, 900).Draw(t, "down"))*time.Second)))
		}
		// The farthest that may be asked, by the calendar: the next periods, however far
		// the plan has come.
		farthest := ch.Policy.Calendar.Next(now)
		for range ch.Policy.MaxAhead {
			farthest = ch.Policy.Calendar.Next(farthest)
		}
		limit := farthest.Add(-1)
		if p.End().After(limit) {
			return
		}
		extended := settled(t, p, through(ctx, t, ch, now, limit))
		if e, ok := extended.At(limit); !ok || !e.End.Equal(farthest) || !extended.End().Equal(farthest) {
			t.Fatalf("asked for %v, planned until %v", limit, extended.End())
		}
		recs, err := newPlanner(t).Through(ctx, ch, p, now, farthest)
		if !errors.Is(err, keyplan.ErrTooFarAhead) || recs != nil {
			t.Fatalf("one further: %d records, %v", len(recs), err)
		}
	})
}

func TestAbsurdlyFarRequestsAreRefusedAtOnce(t *testing.T) {
	ch, pl := live(t, minutely()), newPlanner(t)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	at := keyplan.UnixBinding("a", 366*24*time.Hour).Middle(1<<31, noon)
	if _, err := pl.Through(t.Context(), ch, p, noon, at); !errors.Is(err, keyplan.ErrTooFarAhead) {
		t.Errorf("%v: %v", at, err)
	}
}

func TestDraftsAreBounded(t *testing.T) {
	c := minutely()
	c.Ahead, c.MaxAhead = new(500), new(500)
	ch, pl := live(t, c), newPlanner(t)
	p, drafts := keyplan.NewPlan(), 0
	for ; ; drafts++ {
		recs, err := pl.Ahead(t.Context(), ch, p, noon)
		if err != nil || len(recs) > 64 {
			t.Fatalf("%d records, %v", len(recs), err)
		}
		if len(recs) == 0 {
			break
		}
		p = p.With(recs...)
	}
	// The beginning, and 503 periods: two before noon, the one at noon, 500 after it.
	if drafts != 9 || len(p.Entries()) != 503 {
		t.Errorf("%d drafts, %d entries", drafts, len(p.Entries()))
	}
}

func TestNothingIsPlannedBeforeFrom(t *testing.T) {
	c := minutely()
	c.From = new(noon.Add(10*time.Hour + 30*time.Second))
	ch := live(t, c)
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	want := []keyplan.Period{{Start: *c.From, End: noon.Add(10*time.Hour + time.Minute)}, spans(601)[0], spans(602)[0]}
	if diff := cmp.Diff(want, periods(p)); diff != "" {
		t.Error(diff)
	}
}

func TestAChangedPolicyGoesOnWhereThePlanEnds(t *testing.T) {
	at := func(s string) time.Time { return instant(t, "2026-11-21T"+s+"Z") }
	old := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, live(t, minutely()), noon)) // ends at 12:04
	tests := []struct {
		name   string
		rotate keyplan.RotateConfig
		from   string
		want   []keyplan.Period
	}{
		{"to longer periods", keyplan.RotateConfig{Every: new(10 * time.Minute)}, "", []keyplan.Period{{at("12:04:00"), at("12:10:00")}, {at("12:10:00"), at("12:20:00")}}},
		{"to shorter ones", keyplan.RotateConfig{Every: new(7 * time.Second)}, "", []keyplan.Period{{at("12:04:00"), at("12:04:04")}, {at("12:04:04"), at("12:04:11")}}},
		{"to cron", keyplan.RotateConfig{Cron: "0 4 * * *"}, "", []keyplan.Period{{at("12:04:00"), instant(t, "2026-11-22T04:00:00Z")}}},
		{"that begins later", keyplan.RotateConfig{Every: new(time.Minute)}, "12:09:30", []keyplan.Period{{at("12:04:00"), at("12:05:00")}, {at("12:05:00"), at("12:06:00")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := keyplan.PolicyConfig{Rotate: tt.rotate, PackagerInterval: new(time.Minute), Ahead: new(5)}
			if tt.from != "" {
				c.From = new(at(tt.from))
			}
			p := settled(t, old, ahead(t.Context(), t, live(t, c), noon))
			n := len(old.Entries())
			if diff := cmp.Diff(old.Entries(), p.Entries()[:n]); diff != "" {
				t.Errorf("what was planned has changed:\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, periods(p)[n:n+len(tt.want)]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEveryTrackAndSchemeHasAKeyThatOpens(t *testing.T) {
	pl := newPlanner(t)
	ch := live(t, minutely())
	ch.Schemes = []keyplan.Scheme{keyplan.CENC, keyplan.CBCS}
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, ch, noon))
	kids := map[keyplan.KID]bool{}
	for _, e := range p.Entries() {
		for _, track := range ch.Tracks {
			for _, scheme := range ch.Schemes {
				k, ok := e.Key(track, scheme)
				secret, err := pl.Sealer.Open(t.Context(), e.Ref(ch.ID, k), k.KID, k.Sealed)
				if !ok || err != nil || len(secret.Reveal()) != 16 || kids[k.KID] {
					t.Errorf("%s %s: found %v, a KID of another place %v, %v", track, scheme, ok, kids[k.KID], err)
				}
				kids[k.KID] = true
			}
		}
		if _, ok := e.Key("OTHER", keyplan.CBCS); ok || len(e.Keys) != 4 {
			t.Errorf("%d keys", len(e.Keys))
		}
	}
}

func TestAKeyThatCannotBeDrawnIsNotPlanned(t *testing.T) {
	pl := newPlanner(t)
	ctx, cancel := context.WithCancel(t.Context())
	pl.Source = failing{cancel}
	ch := live(t, minutely())
	p := keyplan.NewPlan(first(1, 0).Record())
	if recs, err := pl.Ahead(ctx, ch, p, noon); recs != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%d records, %v", len(recs), err)
	}
}

// failing is a source that is cut off when it is first asked.
type failing struct{ cancel context.CancelFunc }

func (f failing) Draw(ctx context.Context, _ keyplan.KeyRef) (keyplan.KID, keyplan.Secret, error) {
	f.cancel()
	return keyplan.KID{}, nil, ctx.Err()
}

func (f failing) Adopt(ctx context.Context, _ string, _ keyplan.KID, _ time.Time) (keyplan.Secret, error) {
	f.cancel()
	return nil, ctx.Err()
}

func TestAClosedPlanBeginsAnewUnderPeriodsThatReachBackBehindItsEnd(t *testing.T) {
	c := keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(300 * 24 * time.Hour)}, PackagerInterval: new(time.Minute)}
	old := keyplan.NewPlan(append(chain(noon, 2), records(first(1, 0), keyplan.Closed{Start: noon.Add(minutes(2))})...)...)
	now := noon.Add(24*time.Hour + minutes(3))
	p := settled(t, old, ahead(t.Context(), t, live(t, c), now))
	e, ok := p.At(now)
	if want := noon.Add(minutes(2) + time.Second); !ok || !e.Start.Equal(want) {
		t.Errorf("planned now: %v, the period begins at %v, want %v", ok, runUpTo(p), want)
	}
}
