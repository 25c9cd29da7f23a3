package keyplan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// drawSet draws the records of a channel, each name once: chains that may meet, forwards and
// backwards, periods of a losing replica, tombstones at any place, all that is about periods,
// static keys, and records that cannot be read.
func drawSet(t *rapid.T) []keyplan.Record {
	minute := rapid.IntRange(0, 20)
	at := func(label string) time.Time { return noon.Add(time.Duration(minute.Draw(t, label)) * time.Minute) }
	var facts []keyplan.Fact
	for n := range rapid.IntRange(0, 3).Draw(t, "firsts") {
		facts = append(facts, keyplan.First{N: n + 1, Start: at("first")})
	}
	for range rapid.IntRange(0, 25).Draw(t, "periods") {
		start, length := at("period"), rapid.SampledFrom([]time.Duration{1, 1, 1, 2, 3}).Draw(t, "length")
		e := made(start, start.Add(length*time.Minute), rapid.ByteMax(99).Draw(t, "variant"))
		e.Back = rapid.IntRange(0, 3).Draw(t, "back") == 0
		facts = append(facts, e)
	}
	for range rapid.IntRange(0, 12).Draw(t, "others") {
		start := at("about")
		facts = append(facts, rapid.SampledFrom([]keyplan.Fact{
			keyplan.Gone{Period: keyplan.Period{Start: start, End: start.Add(time.Minute)}},
			keyplan.Closed{Start: start},
			keyplan.Served{ContentID: "a", Index: rapid.Uint32Max(3).Draw(t, "index"), N: minute.Draw(t, "under"), Start: start},
			keyplan.NewServedSpan("a", start, at("to"), start),
			keyplan.AddedKey{Start: start, ContentKey: aKey(start, rapid.SampledFrom([]keyplan.Track{"VIDEO", "AUDIO"}).Draw(t, "added"))},
			keyplan.Static{ContentKey: aKey(time.Time{}, "AUDIO")},
			keyplan.Adopted{KID: kidOf(noon, 200), Start: start},
			keyplan.AdoptedUse{KID: kidOf(noon, 200), Start: start, Track: "AUDIO", Scheme: keyplan.CENC},
			keyplan.AdoptedUse{KID: kidOf(noon, 200), Track: "VIDEO", Scheme: keyplan.CBCS},
			keyplan.NewSeen(start, rapid.SampledFrom([]string{"p", "q"}).Draw(t, "packager"), time.Minute, at("asked")),
			keyplan.Binding{ContentID: "a", N: 1 + minute.Draw(t, "n"), Kind: keyplan.BoundAnchored, At: noon, Interval: time.Minute},
			keyplan.Split{Start: at("split").Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "third")) * 20 * time.Second), Keys: []keyplan.ContentKey{aKey(start, "VIDEO")}, Audit: keyplan.Audit{At: noon}},
			keyplan.Renewed{
				Start: start, N: 1 + rapid.IntRange(0, 2).Draw(t, "generation"), Replaced: []keyplan.KID{kidOf(start, 0)},
				Keys: []keyplan.ContentKey{aKey(start, "VIDEO")},
			},
			keyplan.Issued{Start: start, N: 1 + rapid.IntRange(0, 2).Draw(t, "generation")},
			keyplan.Revoked{KID: kidOf(noon.Add(minutes(rapid.IntRange(0, 1).Draw(t, "revoked"))), 0), From: at("withdrawn"), Start: start, Immediate: rapid.Bool().Draw(t, "immediate"), Audit: keyplan.Audit{At: noon}},
			keyplan.Command{Key: "k", Verb: "rotate", Start: start},
			keyplan.PackagerIV{KID: kidOf(start, 0), IV: slices.Repeat([]byte{7}, 16), Start: start},
		}).Draw(t, "other"))
	}
	recs := records(facts...)
	for range rapid.IntRange(0, 2).Draw(t, "unknown") {
		recs = append(recs, keyplan.Record{Name: "period/" + at("damaged").Format(time.RFC3339), Value: []byte("{")})
	}
	named := map[string]bool{}
	return slices.DeleteFunc(recs, func(r keyplan.Record) bool {
		again := named[r.Name]
		named[r.Name] = true
		return again
	})
}

// A sight is everything that can be seen of a plan.
type sight struct {
	Entries    []*keyplan.Entry
	End        time.Time
	Empty      bool
	Len        int
	Unknown    string
	Has        map[string]bool
	Served     []keyplan.Served
	Spans      []keyplan.ServedSpan
	Most       []*keyplan.Entry
	Static     *keyplan.Entry
	Tracks     []keyplan.Track
	Binding    keyplan.Binding
	Older      keyplan.Binding
	LastServed time.Time
	KIDs       map[keyplan.KID]time.Time
	Licensable []keyplan.Licensable
	Purge      keyplan.Purge
	Events     []keyplan.Event
	Unserved   time.Time
	Aired      []time.Time
	Issued     []bool
}

func look(t tester, p *keyplan.Plan, recs []keyplan.Record) sight {
	t.Helper()
	pol := live(t, minutely()).Policy
	s := sight{
		Entries: p.Entries(), End: p.End(), Empty: p.Empty(), Len: p.Len(), Has: map[string]bool{}, KIDs: map[keyplan.KID]time.Time{},
		Static: p.StaticEntry(), Tracks: p.Tracks(),
		Licensable: p.Licensable(pol, noon.Add(30*time.Minute)), Purge: p.Purge(pol, noon.Add(25*time.Hour+10*time.Minute)),
	}
	s.Events, s.Unserved = p.Decided(pol, noon), p.Unserved(noon)
	for _, e := range p.Entries() {
		s.Aired, s.Issued = append(s.Aired, p.AiredUntil(e)), append(s.Issued, p.Issued(e))
	}
	if err := p.Unknown(); err != nil {
		s.Unknown = err.Error()
	}
	for index := range uint32(4) {
		served, _ := p.Served("a", index)
		s.Served = append(s.Served, served)
	}
	for minute := range 20 {
		from := noon.Add(minutes(minute))
		span, _ := p.ServedSpan("a", from, from.Add(time.Minute))
		most, _ := p.MostOverlapped(from.Add(-40*time.Second), from.Add(40*time.Second))
		s.Spans, s.Most = append(s.Spans, span), append(s.Most, most)
	}
	s.Binding, _ = p.Binding("a")
	s.Older, _ = p.BindingFor("a", 1<<31)
	s.LastServed, _ = p.LastServed("a")
	for _, r := range recs {
		s.Has[r.Name] = p.Has(r.Name)
		if fact, _ := keyplan.Decode(r); fact != nil {
			s.findKIDs(p, fact)
		}
	}
	return s
}

func (s sight) findKIDs(p *keyplan.Plan, fact keyplan.Fact) {
	entry, _ := fact.(keyplan.Entry)
	for _, k := range entry.Keys {
		if e, key, ok := p.KID(k.KID); ok && key.KID == k.KID {
			s.KIDs[k.KID] = e.Start
		}
	}
}

func TestThePlanIsTheSameForAnyOrderGroupingAndRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := drawSet(t)
		want := look(t, keyplan.NewPlan(recs...), recs)
		shuffled := rapid.Permutation(slices.Concat(recs, recs)).Draw(t, "order")
		p := keyplan.NewPlan()
		for len(shuffled) > 0 {
			n := rapid.IntRange(1, len(shuffled)).Draw(t, "group")
			p, shuffled = p.With(shuffled[:n]...), shuffled[n:]
		}
		if diff := cmp.Diff(want, look(t, p, recs)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWhatIsAddedAndRemovedWasNeverThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := drawSet(t)
		n := rapid.IntRange(0, len(recs)).Draw(t, "kept")
		kept, added := recs[:n], recs[n:]
		var names []string
		for _, r := range added {
			names = append(names, r.Name)
		}
		before := keyplan.NewPlan(kept...)
		want := look(t, before, recs)
		if diff := cmp.Diff(want, look(t, before.With(added...).Without(names...), recs)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want, look(t, before, recs)); diff != "" {
			t.Fatalf("the plan itself has changed:\n%s", diff)
		}
	})
}

func TestEntriesAscendAndNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := drawSet(t)
		p := keyplan.NewPlan(recs...)
		begins := map[time.Time]bool{}
		for _, r := range recs {
			if f, err := keyplan.Decode(r); err == nil {
				first, _ := f.(keyplan.First)
				gone, _ := f.(keyplan.Gone)
				begins[first.Start], begins[gone.End] = true, true
			}
		}
		var end time.Time
		for _, e := range p.Entries() {
			if !e.End.After(e.Start) || e.Start.Before(end) {
				t.Fatalf("%v after %v", e.Period, end)
			}
			if !e.Start.Equal(end) && !begins[e.Start] && !e.Back {
				t.Fatalf("a gap before %v, where nothing begins", e.Start)
			}
			end = e.End
		}
		for _, e := range p.Between(p.End(), noon.AddDate(1, 0, 0)) {
			if e.Start.Before(p.End()) {
				t.Fatalf("the plan ends at %v, within %v", p.End(), e.Period)
			}
		}
	})
}

func TestEntriesAreFoundByTimeAndByKID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recs := drawSet(t)
		p := keyplan.NewPlan(recs...)
		from := noon.Add(time.Duration(rapid.IntRange(-60, 1300).Draw(t, "from")) * time.Second)
		to := from.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "length")) * time.Second)
		var between []*keyplan.Entry
		for _, e := range p.Entries() {
			if e.Start.Before(to) && e.End.After(from) {
				between = append(between, e)
			}
			at, found := p.At(from)
			if e.Contains(from) && (!found || at != e) {
				t.Fatalf("%v is not found at %v", e.Period, from)
			}
			starting, ok := p.Starting(e.Start)
			_, inside := p.Starting(e.Start.Add(time.Second))
			if starting != e || !ok || inside {
				t.Fatalf("%v is not found by its start alone", e.Period)
			}
			if of, key, ok := p.KID(e.Keys[0].KID); of != e || !ok || key.KID != e.Keys[0].KID {
				t.Fatalf("%v is not found by its KID", e.Period)
			}
		}
		if got := p.Between(from, to); !slices.Equal(got, between) {
			t.Fatal(cmp.Diff(between, got))
		}
		if at, ok := p.At(from); ok && !at.Contains(from) {
			t.Fatalf("%v at %v", at.Period, from)
		}
		for _, r := range recs {
			if f, _ := keyplan.Decode(r); f != nil {
				e, isEntry := f.(keyplan.Entry)
				planned := slices.ContainsFunc(p.Entries(), func(p *keyplan.Entry) bool { return p.Start.Equal(e.Start) })
				if isEntry && !planned {
					if of, _, ok := p.KID(e.Keys[0].KID); ok {
						t.Fatalf("the KID of %v, which is on no chain, is found in %v", e.Period, of.Period)
					}
				}
			}
		}
	})
}
