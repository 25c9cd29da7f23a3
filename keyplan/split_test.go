package keyplan_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

var why = keyplan.Audit{At: noon, By: "operator", Reason: "a test"}

// splitAt begins a period so many seconds after noon.
func splitAt(seconds int) keyplan.Split {
	start := noon.Add(time.Duration(seconds) * time.Second)
	return keyplan.Split{Start: start, Policy: "made", Keys: []keyplan.ContentKey{aKey(start, "VIDEO")}, Audit: why}
}

// between are periods whose ends are so many seconds after noon.
func between(ends ...int) []keyplan.Period {
	var ps []keyplan.Period
	for i := range len(ends) - 1 {
		at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }
		ps = append(ps, keyplan.Period{Start: at(ends[i]), End: at(ends[i+1])})
	}
	return ps
}

func TestASplitPartsThePeriodThatContainsIt(t *testing.T) {
	tests := map[string]struct {
		splits []keyplan.Fact
		want   []keyplan.Period
	}{
		"none":                       {nil, between(0, 60, 120)},
		"one":                        {[]keyplan.Fact{splitAt(90)}, between(0, 60, 90, 120)},
		"several in one period":      {[]keyplan.Fact{splitAt(20), splitAt(10), splitAt(30)}, between(0, 10, 20, 30, 60, 120)},
		"where a period begins":      {[]keyplan.Fact{splitAt(60)}, between(0, 60, 120)},
		"where the plan begins":      {[]keyplan.Fact{splitAt(0)}, between(0, 60, 120)},
		"where the plan ends":        {[]keyplan.Fact{splitAt(120)}, between(0, 60, 120)},
		"beyond the plan and before": {[]keyplan.Fact{splitAt(121), splitAt(-1)}, between(0, 60, 120)},
	}
	for name, tt := range tests {
		p := keyplan.NewPlan(append(records(first(1, 0)), chain(noon, 2)...)...).With(records(tt.splits...)...)
		if diff := cmp.Diff(tt.want, periods(p)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		for _, e := range p.Entries() {
			want := kidOf(e.Start, 0)
			if e.Split {
				want = kidOf(e.Start, 100+'V')
			}
			if found, k, ok := p.KID(want); !ok || found != e || k.KID != e.Keys[0].KID {
				t.Errorf("%s: %v has KID %s", name, e.Period, e.Keys[0].KID)
			}
		}
	}
}

func TestAPlanWithASplitGrowsAsItWouldWithout(t *testing.T) {
	ch, planner := live(t, minutely()), newPlanner(t)
	draft := func(now time.Time) keyplan.Draft {
		return func(p *keyplan.Plan) ([]keyplan.Record, error) {
			return planner.Ahead(context.Background(), ch, p, now)
		}
	}
	p := settled(t, keyplan.NewPlan(), draft(noon))
	at := noon.Add(90 * time.Second)
	recs, err := planner.Split(context.Background(), ch, p, at, why)
	if err != nil || len(recs) != 1 {
		t.Fatalf("%d records, %v", len(recs), err)
	}
	p = settled(t, p.With(recs...), draft(noon.Add(time.Hour)))
	e, ok := p.Starting(at)
	if !ok || len(e.Keys) != 2 || !e.End.Equal(noon.Add(2*time.Minute)) {
		t.Fatalf("%+v", e)
	}
	for i, e := range p.Entries()[1:] {
		if !e.Start.Equal(p.Entries()[i].End) || e.Start.Second() != 0 && !e.Start.Equal(at) {
			t.Errorf("%v after %v", e.Period, p.Entries()[i].Period)
		}
	}
	if recs, err := planner.Split(context.Background(), ch, p, at, why); err != nil || len(recs) > 0 {
		t.Errorf("the same once more: %d records, %v", len(recs), err)
	}
	if _, err := planner.Split(context.Background(), ch, p, p.End().Add(time.Second), why); err == nil {
		t.Error("what is not planned is split")
	}
}

func TestAKeyThatWasAddedToAPartOfAPeriodStaysThere(t *testing.T) {
	s := splitAt(30)
	added := keyplan.AddedKey{Start: s.Start, ContentKey: aKey(s.Start, "AUDIO")}
	p := keyplan.NewPlan(append(records(first(1, 0), s), chain(noon, 2)...)...).With(added.Record())
	if e, _ := p.Starting(s.Start); len(e.Keys) != 2 || !e.End.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v", e)
	}
	if e, _ := p.Starting(noon); len(e.Keys) != 1 || !e.End.Equal(s.Start) {
		t.Errorf("%+v", e)
	}
}

func TestAPeriodIsPurgedWithAllItsParts(t *testing.T) {
	pol := live(t, minutely()).Policy
	p := keyplan.NewPlan(append(records(first(1, 0), splitAt(30)), chain(noon, 2)...)...)
	expired := noon.Add(25 * time.Hour)
	if purge := p.Purge(pol, expired.Add(31*time.Second)); len(purge.Names) > 0 {
		t.Errorf("a part alone is purged: %q", purge.Names)
	}
	purge := p.Purge(pol, expired.Add(61*time.Second))
	after := p.With(purge.Tombstone).Without(purge.Names...)
	if diff := cmp.Diff(between(60, 120), periods(after)); diff != "" || after.Has(splitAt(30).Record().Name) {
		t.Errorf("of %q\n%s", purge.Names, diff)
	}
}

func TestAPackagerThatWasServedPastASplitKeepsItsKeyOnAir(t *testing.T) {
	ch := live(t, minutely())
	b := keyplan.UnixBinding("news", time.Minute)
	b.N = 1
	index := b.IndexAt(noon)
	facts := records(first(1, 0), b, keyplan.Served{ContentID: "news", Index: index, N: 1, Start: noon}, splitAt(10))
	p := keyplan.NewPlan(append(facts, chain(noon, 2)...)...)
	until := p.Licensable(ch.Policy, noon)[0].Until
	if want := noon.Add(time.Minute + p.Slack(ch.Policy) + ch.Policy.Grace); !until.Equal(want) {
		t.Errorf("its key may be on air until %v, want %v", until, want)
	}
}
