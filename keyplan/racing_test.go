package keyplan_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// A race is several planners on one store, each with a policy, a clock and a view of its
// own. One of its steps is a call of one planner, which may crash at any point.
type race struct {
	store     *memstore.Store
	planner   keyplan.Planner
	racers    []*racer
	now       time.Time
	published map[time.Time]*keyplan.Entry // whatever was part of anybody's plan
	bound     map[keyplan.KID][]byte       // the sealed key of each KID that was part of it
}

type racer struct {
	channel *keyplan.Channel
	ahead   time.Duration // of its clock
	view    *keyplan.Plan
}

func newRace(t *rapid.T) *race {
	r := &race{
		store: memstore.New(), planner: newPlanner(t), now: noon,
		published: map[time.Time]*keyplan.Entry{}, bound: map[keyplan.KID][]byte{},
	}
	for range rapid.IntRange(2, 3).Draw(t, "racers") {
		c := drawPolicy(t, 30)
		c.From, c.AheadFor, c.Ahead = nil, nil, new(rapid.IntRange(1, 5).Draw(t, "few ahead"))
		c.Backfill = c.Keep
		ahead := time.Duration(rapid.IntRange(-2500, 2500).Draw(t, "clock")) * time.Millisecond
		r.racers = append(r.racers, &racer{channel: live(t, c), ahead: ahead, view: keyplan.NewPlan()})
	}
	return r
}

// actions are what may happen, one at a time.
func (r *race) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"plan": func(t *rapid.T) { r.plan(t, r.draw(t)) },
		"wait": func(t *rapid.T) {
			r.now = r.now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
		},
		"be idle until about keep": func(t *rapid.T) {
			of := r.draw(t)
			if end := of.view.End().Add(of.channel.Policy.Keep); !of.view.Empty() && end.After(r.now) {
				r.now = end.Add(time.Duration(rapid.IntRange(-5000, 5000).Draw(t, "ms")) * time.Millisecond)
			}
		},
		"load": func(t *rapid.T) { r.load(t, r.draw(t)) },
		"":     func(t *rapid.T) { r.check(t) },
	}
}

func (r *race) draw(t *rapid.T) *racer { return rapid.SampledFrom(r.racers).Draw(t, "racer") }

// plan is one draft and its Create, of which all, some or nothing reaches the store and is
// heard of.
func (r *race) plan(t *rapid.T, of *racer) {
	recs := r.drafted(t, of)
	if len(of.view.Entries()) > 0 && rapid.Bool().Draw(t, "asked otherwise") {
		recs = r.asked(t, of)
	}
	n := rapid.IntRange(0, len(recs)).Draw(t, "created")
	stored, err := r.store.Create(context.Background(), "news", recs[:n]...)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 5).Draw(t, "crash") == 0 {
		of.view = keyplan.NewPlan()
		r.load(t, of)
		return
	}
	of.view = of.view.With(stored...)
}

func (r *race) drafted(t *rapid.T, of *racer) []keyplan.Record {
	ctx, now := context.Background(), r.now.Add(of.ahead)
	recs, err := r.planner.Ahead(ctx, of.channel, of.view, now)
	if rapid.IntRange(0, 3).Draw(t, "asked") == 0 {
		at := now.Add(of.channel.Policy.PackagerInterval)
		recs, err = r.planner.Through(ctx, of.channel, of.view, now, at)
	}
	if err != nil && !errors.Is(err, keyplan.ErrTooFarAhead) {
		t.Fatal(err)
	}
	return recs
}

// asked drafts what a packager wants that asks otherwise than by index: for a track that
// nobody planned, under its own KID, without key periods, or for what is long over.
func (r *race) asked(t *rapid.T, of *racer) []keyplan.Record {
	ctx, ch, view, now := context.Background(), of.channel, of.view, r.now.Add(of.ahead)
	e := rapid.SampledFrom(append(slices.Clone(view.Entries()), view.StaticEntry())).Draw(t, "of")
	kid := keyplan.KID{rapid.ByteMax(2).Draw(t, "kid")}
	back := now.Add(-time.Duration(rapid.IntRange(0, 900).Draw(t, "back")) * time.Second)
	draft := rapid.SampledFrom([]func() ([]keyplan.Record, error){
		func() ([]keyplan.Record, error) { return r.planner.Adopt(ctx, ch, view, e, kid, "VIDEO", keyplan.CBCS) },
		func() ([]keyplan.Record, error) { return r.planner.Static(ctx, ch, view, "VIDEO", keyplan.CBCS) },
		func() ([]keyplan.Record, error) {
			return r.planner.Add(ctx, ch, view, "UHD", keyplan.CBCS, view.Entries()[0])
		},
		func() ([]keyplan.Record, error) { return r.planner.Before(ctx, ch, view, now, back) },
	}).Draw(t, "draft")
	recs, err := draft()
	if err != nil && !errors.Is(err, keyplan.ErrTooFarBack) {
		t.Fatal(err)
	}
	return recs
}

func (r *race) load(t *rapid.T, of *racer) {
	recs, err := r.store.List(context.Background(), "news", "", "", 100_000)
	if err != nil {
		t.Fatal(err)
	}
	of.view = of.view.With(recs...)
}

// check holds every view to what was published: nothing is taken back or overlapped, and no
// KID has two keys.
func (r *race) check(t *rapid.T) {
	for _, of := range r.racers {
		for _, e := range append(slices.Clone(of.view.Entries()), of.view.StaticEntry()) {
			if known, ok := r.published[e.Start]; ok && !agree(known, e) {
				t.Fatalf("the period at %v has changed:\n%s", e.Start, cmp.Diff(known, e))
			}
			r.published[e.Start] = e
			r.bind(t, e)
		}
	}
}

func (r *race) bind(t *rapid.T, e *keyplan.Entry) {
	for _, k := range e.Keys {
		if sealed, ok := r.bound[k.KID]; ok && !bytes.Equal(sealed, k.Sealed) {
			t.Fatalf("KID %s has two keys", k.KID)
		}
		r.bound[k.KID] = k.Sealed
	}
}

// agree reports whether two entries have the same ends, and the same key wherever both have
// one. One of them may lack what came later.
func agree(a, b *keyplan.Entry) bool {
	return a.Period == b.Period && !slices.ContainsFunc(a.Keys, func(k keyplan.ContentKey) bool {
		other, ok := b.Key(k.Track, k.Scheme)
		return ok && !k.Adopted && other.KID != k.KID
	})
}

// within reports whether b has every key of a.
func within(a, b *keyplan.Entry) bool {
	return a.Period == b.Period && !slices.ContainsFunc(a.Keys, func(k keyplan.ContentKey) bool {
		return !slices.ContainsFunc(b.Keys, func(other keyplan.ContentKey) bool {
			return other.KID == k.KID && other.Track == k.Track && other.Scheme == k.Scheme
		})
	})
}

// settle has everybody plan, load and plan again until nothing is lacking.
func (r *race) settle(t *rapid.T) {
	for range 2 {
		for _, of := range r.racers {
			r.load(t, of)
			for recs := r.drafted(t, of); len(recs) > 0; recs = r.drafted(t, of) {
				stored, err := r.store.Create(context.Background(), "news", recs...)
				if err != nil {
					t.Fatal(err)
				}
				of.view = of.view.With(stored...)
			}
		}
	}
	for _, of := range r.racers {
		r.load(t, of)
	}
}

func TestRacingPlannersPublishOnePlanAndTakeNothingBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRace(t)
		t.Repeat(r.actions())
		r.settle(t)
		r.check(t)
		plan := r.onePlan(t)
		for start, e := range r.published {
			still, ok := plan.Starting(start)
			if start.IsZero() {
				still, ok = plan.StaticEntry(), true
			}
			if !ok || !within(e, still) {
				t.Fatalf("the period at %v was published and is gone", start)
			}
		}
		r.checkGapless(t, plan)
	})
}

// onePlan is the plan of all racers.
func (r *race) onePlan(t *rapid.T) *keyplan.Plan {
	plan := r.racers[0].view
	for _, of := range r.racers[1:] {
		if diff := cmp.Diff(plan.Entries(), of.view.Entries()); diff != "" {
			t.Fatalf("two plans:\n%s", diff)
		}
	}
	return plan
}

// checkGapless checks that periods do not overlap, and that there is a key from now on by
// the clock of whoever began the plan.
func (r *race) checkGapless(t *rapid.T, plan *keyplan.Plan) {
	entries := plan.Entries()
	for i, e := range entries[1:] {
		if e.Start.Before(entries[i].End) {
			t.Fatalf("%v overlaps %v", e.Period, entries[i].Period)
		}
	}
	fastest := r.now
	for _, of := range r.racers {
		if at := r.now.Add(of.ahead); at.After(fastest) {
			fastest = at
		}
	}
	if run := runUpTo(plan); run.After(fastest) {
		t.Fatalf("at %v nothing is planned before %v", fastest, run)
	}
}
