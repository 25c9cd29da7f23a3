package keyplan_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func TestNothingThatMayBeServedIsEverPurged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pol := live(t, minutely()).Policy
		recs := drawSet(t)
		p := keyplan.NewPlan(recs...)
		now := noon.Add(25*time.Hour + time.Duration(rapid.IntRange(-60, 1500).Draw(t, "seconds"))*time.Second)
		purge := p.Purge(pol, now)
		after := p.Without(purge.Names...)
		if len(purge.Names) > 0 {
			after = p.With(purge.Tombstone).Without(purge.Names...)
		}
		lost := len(p.Entries()) - len(after.Entries())
		for i, e := range p.Entries() {
			_, kept := after.Starting(e.Start)
			if servable := pol.Servable(e.End, now.Add(-24*time.Hour)); servable != kept && !e.End.After(p.End()) || servable && !kept {
				t.Fatalf("%v was servable a day ago: %v, is kept: %v", e.Period, servable, kept)
			}
			if kept != (i >= lost) {
				t.Fatalf("%v is kept: %v, and %d before it are not", e.Period, kept, lost)
			}
		}
		if diff := cmp.Diff(p.Entries()[lost:], after.Entries(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if after.Empty() != p.Empty() || !after.End().Equal(p.End()) {
			t.Fatalf("the plan ended at %v and ends at %v", p.End(), after.End())
		}
	})
}

func TestPeriodsArePurgedADayAfterKeepToTheInstant(t *testing.T) {
	pol := live(t, minutely()).Policy
	p := keyplan.NewPlan(append(chain(noon, 2), first(1, 0).Record())...)
	at := noon.Add(time.Minute + time.Hour + 24*time.Hour)
	if purge := p.Purge(pol, at); len(purge.Names) != 0 {
		t.Errorf("purged at the last instant: %q", purge.Names)
	}
	purge := p.Purge(pol, at.Add(1))
	want := keyplan.Purge{Tombstone: gone(0).Record(), Names: []string{"period/2026-11-21T12:00:00Z"}}
	if diff := cmp.Diff(want, purge); diff != "" {
		t.Error(diff)
	}
}

func TestAPeriodIsServedUntilKeepAfterItsEnd(t *testing.T) {
	pol := live(t, minutely()).Policy
	if end := noon.Add(-time.Hour); !pol.Servable(end, noon) || pol.Servable(end, noon.Add(1)) {
		t.Error("keep does not end an hour after the end")
	}
}

// kept are records of every kind about periods 0 to 4, with those about periods before n.
func kept(n int) (all []keyplan.Record, before []string) {
	rolling, static := keyplan.KID{1}, keyplan.KID{2}
	facts := []keyplan.Fact{
		keyplan.Static{ContentKey: aKey(time.Time{}, "VIDEO")}, keyplan.Adopted{KID: static},
		keyplan.AdoptedUse{KID: static}, keyplan.AdoptedUse{KID: static, Start: noon},
		keyplan.PackagerIV{KID: static, IV: make([]byte, 16), Start: noon},
		keyplan.PackagerIV{KID: rolling, IV: make([]byte, 16), Start: noon}, keyplan.Adopted{KID: rolling, Start: noon},
		first(1, 0), keyplan.Closed{Start: noon.Add(minutes(2))}, first(2, 3), gone(0),
		keyplan.Binding{ContentID: "a", N: 1, Kind: keyplan.BoundUnix, At: noon, Interval: time.Minute},
	}
	for i := range 5 {
		start := noon.Add(minutes(i))
		facts = append(facts,
			keyplan.Served{ContentID: "a", Index: uint32(i), Start: start}, keyplan.NewSeen(start, "p", time.Minute, start),
			keyplan.PackagerIV{KID: kidOf(start, 0), IV: make([]byte, 16), Start: start},
			keyplan.AddedKey{Start: start, ContentKey: aKey(start, "AUDIO")}, keyplan.NewServedSpan("a", start, start.Add(1), start),
			keyplan.AdoptedUse{Start: start, KID: rolling}, keyplan.AdoptedUse{Start: start, KID: kidOf(start, 7)},
			keyplan.Adopted{Start: start, KID: kidOf(start, 7)})
		if i != 2 {
			facts = append(facts, made(start, start.Add(time.Minute), 0))
		}
	}
	for i, r := range records(facts...) {
		all = append(all, r)
		_, isBinding := facts[i].(keyplan.Binding)
		if about, ok := start(facts[i]); ok && !isBinding && about.Before(noon.Add(minutes(n))) {
			before = append(before, r.Name)
		}
	}
	slices.Sort(before)
	return all, before
}

// start is that of the period which a fact is about, if it may be purged.
func start(f keyplan.Fact) (time.Time, bool) {
	switch f := f.(type) {
	case keyplan.First:
		return f.Start, f.N == 1
	case keyplan.Closed:
		return f.Start, true
	case keyplan.Gone:
		return f.Start, true
	case keyplan.Entry:
		return f.Start, true
	case keyplan.Served:
		return f.Start, true
	case keyplan.Seen:
		return f.Start, true
	case keyplan.ServedSpan:
		return f.Start, true
	case keyplan.AddedKey:
		return f.Start, true
	case keyplan.PackagerIV:
		return f.Start, f.KID[0] == 0
	case keyplan.Adopted: // KIDs 1 and 2 are still used
		return f.Start, f.KID[0] == 0
	case keyplan.AdoptedUse:
		return f.Start, !f.Start.IsZero()
	}
	return time.Time{}, false
}

func TestAllThatIsAboutAPeriodGoesWithIt(t *testing.T) {
	all, want := kept(4)
	p := keyplan.NewPlan(all...)
	if diff := cmp.Diff(spans(1, 3, 4), periods(p)); diff != "" {
		t.Fatal(diff)
	}
	purge := p.Purge(live(t, minutely()).Policy, noon.Add(25*time.Hour+4*time.Minute+1))
	if diff := cmp.Diff(keyplan.Purge{Tombstone: gone(3).Record(), Names: want}, purge); diff != "" {
		t.Error(diff)
	}
	after := p.With(purge.Tombstone).Without(purge.Names...)
	if diff := cmp.Diff(spans(4), periods(after)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{gone(3).Record().Name, first(2, 3).Record().Name, "bind/61/00000000000000000001"} {
		if !after.Has(name) {
			t.Errorf("%s is purged", name)
		}
	}
	if _, ok := after.Served("a", 4); !ok {
		t.Error("what was served of a period that stays is purged")
	}
}

func TestARemovalThatEndsAnywhereLosesNothingAndIsFinished(t *testing.T) {
	all, _ := kept(4)
	pol, now := live(t, minutely()).Policy, noon.Add(25*time.Hour+4*time.Minute+1)
	p := keyplan.NewPlan(all...)
	purge := p.Purge(pol, now)
	whole := p.With(purge.Tombstone).Without(purge.Names...)
	for n := range len(purge.Names) + 1 {
		// The store may delete in any order.
		names := slices.Clone(purge.Names)
		slices.Reverse(names)
		cut := p.With(purge.Tombstone).Without(names[:n]...)
		if diff := cmp.Diff(whole.Entries(), cut.Entries()); diff != "" {
			t.Fatalf("after %d names: %s", n, diff)
		}
		rest := cut.Purge(pol, now)
		finished := cut
		if len(rest.Names) > 0 {
			finished = cut.With(rest.Tombstone).Without(rest.Names...)
		}
		if finished.Len() != whole.Len() || len(finished.Purge(pol, now).Names) > 0 {
			t.Fatalf("after %d names: %d records stay, want %d", n, finished.Len(), whole.Len())
		}
	}
}

func TestALongRunStaysBounded(t *testing.T) {
	c := minutely()
	c.Keep = new(10 * time.Minute)
	c.Grace = new(time.Minute)
	ch, most := live(t, c), 0
	p := keyplan.NewPlan()
	for step := range 8 * 24 {
		now := noon.Add(time.Duration(step) * 30 * time.Minute)
		p = settled(t, p, ahead(context.Background(), t, ch, now))
		e, _ := p.At(now)
		p = p.With(records(
			keyplan.NewSeen(e.Start, "p", time.Minute, now), keyplan.Served{ContentID: "a", Index: uint32(step), Start: e.Start},
			keyplan.PackagerIV{KID: e.Keys[0].KID, IV: make([]byte, 16), Start: e.Start},
		)...)
		purge := p.Purge(ch.Policy, now)
		if len(purge.Names) > 0 {
			p = p.With(purge.Tombstone).Without(purge.Names...)
		}
		most = max(most, p.Len())
	}
	// Each half hour the channel comes back from longer than keep: six periods, one closed
	// end, one beginning, and three records about what was asked. Held are those of a day
	// and keep, the tombstone, and what the next step would purge.
	if bound := 51*11 + 1; most > bound || most < 300 {
		t.Errorf("up to %d records, bound %d", most, bound)
	}
	t.Logf("up to %d records", most)
}
