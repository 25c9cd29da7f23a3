package keyplan_test

import (
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// onAir is a plan of ten minutes whose content ID "news" counts minutes and was served some of
// them, each by its own entry.
func onAir(served ...int) *keyplan.Plan {
	b := keyplan.UnixBinding("news", time.Minute)
	b.N = 1
	facts := []keyplan.Fact{first(1, 0), b}
	for _, n := range served {
		start := noon.Add(minutes(n))
		facts = append(facts, keyplan.Served{ContentID: "news", Index: b.IndexAt(start), N: 1, Start: start})
	}
	return keyplan.NewPlan(append(records(facts...), chain(noon, 10)...)...)
}

func TestTheFirstUnservedInstantLiesInNoServedPeriod(t *testing.T) {
	span := keyplan.NewServedSpan("other", noon.Add(minutes(2)+30*time.Second), noon.Add(minutes(4)), noon.Add(minutes(3)))
	tests := map[string]struct {
		p        *keyplan.Plan
		at, want time.Duration
	}{
		"nothing served":               {onAir(), 10 * time.Second, 10 * time.Second},
		"rounded up":                   {onAir(), 1, time.Second},
		"within":                       {onAir(0), 10 * time.Second, minutes(1)},
		"at the start of a served one": {onAir(0), 0, minutes(1)},
		"at the end of a served one":   {onAir(0), minutes(1), minutes(1)},
		"several":                      {onAir(1, 0, 2, 5), 10 * time.Second, minutes(3)},
		"a span by start and end":      {onAir(0, 1, 2).With(span.Record()), 10 * time.Second, minutes(4)},
	}
	for name, tt := range tests {
		if got := tt.p.Unserved(noon.Add(tt.at)); !got.Equal(noon.Add(tt.want)) {
			t.Errorf("%s: %v, want noon + %v", name, got, tt.want)
		}
	}
}

func TestAKeyIsAiredUntilTheLastPeriodThatWasServedIt(t *testing.T) {
	b := keyplan.UnixBinding("news", time.Minute)
	late := keyplan.Served{ContentID: "news", Index: b.IndexAt(noon.Add(minutes(3))), N: 1, Start: noon}
	tests := map[string]struct {
		p    *keyplan.Plan
		want time.Duration
	}{
		"nothing served":                    {onAir(), minutes(1)},
		"its own period":                    {onAir(0), minutes(1)},
		"a later one":                       {onAir(0).With(late.Record()), minutes(4)},
		"split before the middle of its":    {onAir(1).With(splitAt(20).Record()), 20 * time.Second},
		"split after the middle of its own": {onAir(1).With(splitAt(40).Record()), minutes(1)},
	}
	for name, tt := range tests {
		e, _ := tt.p.Starting(noon)
		if got := tt.p.AiredUntil(e); !got.Equal(noon.Add(tt.want)) {
			t.Errorf("%s: %v, want noon + %v", name, got, tt.want)
		}
	}
}

func TestAContentIDAirsNewKeysFromItsFirstPeriodThatGetsThem(t *testing.T) {
	span := keyplan.NewServedSpan("timed", noon, noon.Add(90*time.Second), noon)
	tests := map[string]struct {
		p        *keyplan.Plan
		id       string
		at, want time.Duration
	}{
		"at a boundary of its own":   {onAir(0), "news", minutes(2), minutes(2)},
		"in the first half of one":   {onAir(0), "news", 70 * time.Second, minutes(1)},
		"in the second half of one":  {onAir(0), "news", 100 * time.Second, minutes(2)},
		"in one that was served":     {onAir(0, 1), "news", 70 * time.Second, minutes(2)},
		"asked by start and end":     {onAir().With(span.Record()), "timed", 30 * time.Second, 90 * time.Second},
		"and the new keys are later": {onAir().With(span.Record()), "timed", 100 * time.Second, 100 * time.Second},
	}
	for name, tt := range tests {
		if got, ok := tt.p.Airs(tt.id, noon.Add(tt.at)); !ok || !got.Equal(noon.Add(tt.want)) {
			t.Errorf("%s: %v, %v, want noon + %v", name, got, ok, tt.want)
		}
	}
	if at, ok := onAir(0).Airs("unseen", noon); ok {
		t.Errorf("a content ID that nobody asked by: %v", at)
	}
}
