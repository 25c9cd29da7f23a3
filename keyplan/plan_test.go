package keyplan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// spans lists one-minute periods by the minute after noon in which they begin.
func spans(starts ...int) []keyplan.Period {
	var ps []keyplan.Period
	for _, n := range starts {
		ps = append(ps, keyplan.Period{Start: noon.Add(minutes(n)), End: noon.Add(minutes(n + 1))})
	}
	return ps
}

func gone(n int) keyplan.Gone { return keyplan.Gone{Period: spans(n)[0]} }

func first(n, at int) keyplan.First { return keyplan.First{N: n, Start: noon.Add(minutes(at))} }

func TestThePlanIsTheChainFromItsBeginning(t *testing.T) {
	odd := made(noon.Add(minutes(3)), noon.Add(minutes(3)+90*time.Second), 1)
	back := func(from, to int) keyplan.Entry {
		e := made(noon.Add(minutes(from)), noon.Add(minutes(to)), 2)
		e.Back = true
		return e
	}
	tests := []struct {
		name  string
		facts []keyplan.Fact
		chain []keyplan.Record
		want  []keyplan.Period
		end   int // minutes after noon
	}{
		{"nothing", nil, nil, nil, -1},
		{"made before the beginning", []keyplan.Fact{first(1, 3), back(2, 3), back(1, 2)}, chain(noon, 4), spans(1, 2, 3), 4},
		{"with a gap before the beginning", []keyplan.Fact{first(1, 3), back(1, 2)}, chain(noon, 4), spans(3), 4},
		{"made before the beginning of a later chain", []keyplan.Fact{first(1, 0), first(2, 6), back(5, 6)}, chain(noon, 2), spans(0, 1, 5), 6},
		{"made over the end of an older chain", []keyplan.Fact{first(1, 0), first(2, 4), back(3, 4), back(1, 3)}, chain(noon, 2), spans(0, 1, 3), 4},
		{"made over a tombstone", []keyplan.Fact{first(1, 4), gone(0), back(3, 4), back(0, 3)}, nil, spans(3), 4},
		{"made before what has been purged", []keyplan.Fact{first(1, 3), gone(3), back(2, 3)}, chain(noon.Add(minutes(4)), 1), spans(4), 5},
		{"no beginning", nil, chain(noon, 3), nil, -1},
		{"a beginning alone", []keyplan.Fact{first(1, 2)}, nil, nil, 2},
		{"a chain", []keyplan.Fact{first(1, 0)}, chain(noon, 3), spans(0, 1, 2), 3},
		{"periods before the beginning", []keyplan.Fact{first(1, 1)}, chain(noon, 3), spans(1, 2), 3},
		{"periods after a gap", []keyplan.Fact{first(1, 0)}, append(chain(noon, 2), chain(noon.Add(minutes(3)), 2)...), spans(0, 1), 2},
		{"a tombstone", []keyplan.Fact{first(1, 0), gone(0)}, chain(noon, 3), spans(1, 2), 3},
		{"two tombstones", []keyplan.Fact{first(1, 0), gone(1), gone(0)}, chain(noon, 3), spans(2), 3},
		{"a tombstone of all", []keyplan.Fact{first(1, 0), gone(2)}, chain(noon, 3), nil, 3},
		{"closed", []keyplan.Fact{first(1, 0), keyplan.Closed{Start: noon.Add(minutes(2))}}, chain(noon, 2), spans(0, 1), 2},
		{
			"closed and begun anew", []keyplan.Fact{first(1, 0), keyplan.Closed{Start: noon.Add(minutes(2))}, first(2, 7)},
			append(chain(noon, 2), chain(noon.Add(minutes(7)), 2)...), spans(0, 1, 7, 8), 9,
		},
		{
			"the old chain is purged", []keyplan.Fact{first(1, 0), keyplan.Closed{Start: noon.Add(minutes(2))}, first(2, 7), gone(1)},
			chain(noon.Add(minutes(7)), 2), spans(7, 8), 9,
		},
		{
			"a newer beginning within an older chain", []keyplan.Fact{first(1, 0), first(2, 4), odd},
			append(chain(noon, 3), chain(noon.Add(minutes(4)), 1)...), spans(0, 1, 2, 4), 5,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := keyplan.NewPlan(append(records(tt.facts...), tt.chain...)...)
			if diff := cmp.Diff(tt.want, periods(p)); diff != "" {
				t.Error(diff)
			}
			if tt.end >= 0 && !p.End().Equal(noon.Add(minutes(tt.end))) || p.Empty() != (tt.end < 0) {
				t.Errorf("end %v, empty %v", p.End(), p.Empty())
			}
		})
	}
}

func TestUnknownRecordsStopPlanningAndNotServing(t *testing.T) {
	ch, planner := live(t, minutely()), newPlanner(t)
	known := append(chain(noon, 3), first(1, 0).Record())
	for name, r := range map[string]keyplan.Record{
		"of a kind to come": {Name: "split/2026-11-21T12:01:00Z", Value: []byte(`{"v":1,"kind":"split"}`)},
		"damaged":           {Name: "period/2026-11-21T12:03:00Z", Value: []byte("{")},
		"misnamed":          {Name: "period/2026-11-21T12:09:00Z", Value: known[0].Value},
	} {
		p := keyplan.NewPlan(append(known, r)...)
		if diff := cmp.Diff(spans(0, 1, 2), periods(p)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := p.Unknown(); !errors.Is(err, keyplan.ErrUnknownRecord) || !strings.Contains(err.Error(), r.Name) {
			t.Errorf("%s: %v", name, err)
		}
		_, ahead := planner.Ahead(t.Context(), ch, p, noon)
		_, through := planner.Through(t.Context(), ch, p, noon, noon.Add(time.Hour))
		if !errors.Is(ahead, keyplan.ErrUnknownRecord) || !errors.Is(through, keyplan.ErrUnknownRecord) {
			t.Errorf("%s: %v, %v", name, ahead, through)
		}
		if err := p.Without(r.Name).Unknown(); err != nil {
			t.Errorf("%s: removed, and %v", name, err)
		}
	}
}

func TestTheIVThatAPackagerBroughtGoesWithTheKeyOnAir(t *testing.T) {
	brought := keyplan.PackagerIV{KID: kidOf(noon, 0), IV: []byte("sixteen bytes iv"), Start: noon}
	p := keyplan.NewPlan(append(chain(noon, 2), records(first(1, 0), brought)...)...)
	spans := p.Licensable(live(t, minutely()).Policy, noon)
	if got := string(spans[0].Keys[0].IV); got != "sixteen bytes iv" {
		t.Errorf("IV %q on air", got)
	}
	for _, e := range []*keyplan.Entry{p.Entries()[0], spans[1].Entry} {
		if diff := cmp.Diff(keyplan.ExplicitIV(e.Keys[0].KID, keyplan.CBCS), e.Keys[0].IV); diff != "" {
			t.Errorf("what nobody brought, or was planned, has changed: %s", diff)
		}
	}
}

func TestOnlyCBCSHasAnIVThatIsPlanned(t *testing.T) {
	for scheme, want := range map[keyplan.Scheme]int{keyplan.CENC: 0, keyplan.CENS: 0, keyplan.CBC1: 0, keyplan.CBCS: 16} {
		if got := keyplan.ExplicitIV(kidOf(noon, 0), scheme); len(got) != want {
			t.Errorf("%s: an IV of %d bytes", scheme, len(got))
		}
	}
}
