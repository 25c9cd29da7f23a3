package keyplan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestAPlanThatAClockBeganBeyondNowIsBegunAtNowAndJoinsIt(t *testing.T) {
	for _, ahead := range []time.Duration{2 * time.Hour, 2*time.Hour + 17*time.Second, 5 * time.Hour} {
		ch, pl := live(t, minutely()), newPlanner(t)
		at := func(p *keyplan.Plan, now time.Time) *keyplan.Plan {
			return settled(t, p, func(p *keyplan.Plan) ([]keyplan.Record, error) { return pl.Ahead(t.Context(), ch, p, now) })
		}
		p := at(at(keyplan.NewPlan(), noon), noon.Add(ahead))
		published := p.Entries()
		// The clock is right again; periods go by until the plan is past what it began.
		for now := noon; now.Before(noon.Add(ahead + 10*time.Minute)); now = now.Add(time.Minute) {
			p = at(p, now)
			if got := len(p.Between(now, now.Add(3*time.Minute))); got < 3 {
				t.Fatalf("%d periods are planned for three minutes from %v on", got, now)
			}
		}
		for _, e := range published {
			if still, ok := p.Starting(e.Start); !ok || !cmp.Equal(e, still) {
				t.Errorf("the period at %v was published and is gone", e.Start)
			}
		}
	}
}

func TestPlanningEndsBeforeTheYear9999(t *testing.T) {
	c := keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: new(8784 * time.Hour)}, Ahead: new(9000)}
	p := settled(t, keyplan.NewPlan(), ahead(t.Context(), t, live(t, c), noon))
	if end := p.End(); end.Year() < 9997 || end.Year() > 9998 {
		t.Errorf("planned until %v", end)
	}
}

func TestPeriodsThatPackagersDoNotCountGiveSlack(t *testing.T) {
	pol := live(t, minutely()).Policy
	aligned := keyplan.NewPlan(append(chain(noon, 2), first(1, 0).Record())...)
	off := keyplan.NewPlan(append(chain(noon.Add(time.Second), 2), keyplan.First{N: 1, Start: noon.Add(time.Second)}.Record())...)
	if diff := cmp.Diff([]time.Duration{0, 30 * time.Second}, []time.Duration{aligned.Slack(pol), off.Slack(pol)}); diff != "" {
		t.Error(diff)
	}
}

func TestABindingWithoutAnythingServedGivesNoSlack(t *testing.T) {
	b := keyplan.Binding{ContentID: "once", N: 1, Kind: keyplan.BoundAnchored, Index: 1, At: noon, Interval: 24 * time.Hour}
	p := keyplan.NewPlan(b.Record())
	pol := live(t, minutely()).Policy
	if got := p.Slack(pol); got != 0 {
		t.Errorf("slack %v", got)
	}
	if got := p.With(keyplan.Served{ContentID: "once", Index: 1, N: 1, Start: noon}.Record()).Slack(pol); got != 36*time.Hour {
		t.Errorf("slack %v once it is served", got)
	}
}

func TestOnlyThePackagersSeenLastProlongSpans(t *testing.T) {
	recs := append(chain(noon, 40), first(1, 0).Record())
	for i := range 20 {
		at := noon.Add(minutes(2 * i))
		recs = append(recs, keyplan.NewSeen(at, string(rune('a'+i)), time.Minute, at.Add(time.Second)).Record())
	}
	var prolonged int
	for _, l := range keyplan.NewPlan(recs...).Licensable(live(t, minutely()).Policy, noon.Add(42*time.Minute)) {
		if l.Until.After(l.Due) {
			prolonged++
		}
	}
	if prolonged != 16 {
		t.Errorf("%d spans are prolonged", prolonged)
	}
}
