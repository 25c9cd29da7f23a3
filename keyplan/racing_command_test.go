package keyplan_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A contest is a race in which packagers ask while operators rotate and revoke. Every step
// makes one Create at most, so that what others do comes between any two.
type contest struct {
	*race
	asking map[*racer]time.Time                 // the entry that a racer is giving out
	given  map[time.Time]map[string]keyplan.KID // to packagers, by entry and track
}

func (c *contest) actions() map[string]func(*rapid.T) {
	of := func(step func(*rapid.T, *racer)) func(*rapid.T) {
		return func(t *rapid.T) {
			if racer := c.draw(t); len(racer.view.Entries()) > 0 {
				step(t, racer)
			}
		}
	}
	return map[string]func(*rapid.T){
		"plan":   func(t *rapid.T) { c.create(t, c.draw(t), c.drafted) },
		"load":   func(t *rapid.T) { c.load(t, c.draw(t)) },
		"ask":    of(c.ask),
		"revoke": of(func(t *rapid.T, of *racer) { c.create(t, of, c.renew) }),
		"rotate": of(func(t *rapid.T, of *racer) { c.create(t, of, c.split) }),
	}
}

// create keeps a draft, of which perhaps nobody here hears.
func (c *contest) create(t *rapid.T, of *racer, draft func(*rapid.T, *racer) []keyplan.Record) {
	stored, err := c.store.Create(context.Background(), "news", draft(t, of)...)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 3).Draw(t, "reply lost") > 0 {
		of.view = of.view.With(stored...)
	}
}

// ask goes on with giving an entry to a packager, or begins to.
func (c *contest) ask(t *rapid.T, of *racer) {
	start, begun := c.asking[of]
	if !begun {
		start = rapid.SampledFrom(of.view.Entries()).Draw(t, "asked").Start
		c.asking[of] = start
	}
	e, _ := of.view.Starting(start)
	if !of.view.Issued(e) {
		c.create(t, of, func(*rapid.T, *racer) []keyplan.Record { return records(e.Issue()) })
		return
	}
	delete(c.asking, of)
	for _, k := range e.Keys {
		c.give(t, start, k)
	}
}

// give fails the test if another packager got another key.
func (c *contest) give(t *rapid.T, start time.Time, k keyplan.ContentKey) {
	if c.given[start] == nil {
		c.given[start] = map[string]keyplan.KID{}
	}
	use := string(k.Track) + " " + string(k.Scheme)
	if other, ok := c.given[start][use]; ok && other != k.KID {
		t.Fatalf("two packagers got %s and %s for %s at %v", other, k.KID, use, start)
	}
	c.given[start][use] = k.KID
}

// renew revokes one of the keys that have not been issued, as far as the racer knows.
func (c *contest) renew(t *rapid.T, of *racer) []keyplan.Record {
	e := rapid.SampledFrom(of.view.Entries()).Draw(t, "renewed")
	if of.view.Issued(e) || len(e.Keys) == 0 {
		return nil
	}
	k := rapid.SampledFrom(e.Keys).Draw(t, "key")
	rec, err := c.planner.Renew(context.Background(), of.channel, of.view, e, k, keyplan.Audit{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	return []keyplan.Record{rec}
}

func (c *contest) split(t *rapid.T, of *racer) []keyplan.Record {
	e := rapid.SampledFrom(of.view.Entries()).Draw(t, "split")
	at := e.Start.Add(time.Duration(rapid.IntRange(0, 59).Draw(t, "second")) * time.Second)
	if !e.Contains(at) {
		return nil
	}
	recs, err := c.planner.Split(context.Background(), of.channel, of.view, at, keyplan.Audit{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

func TestPackagersNeverGetDifferentKeysWhateverIsRotatedAndRevoked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &contest{race: newRace(t), asking: map[*racer]time.Time{}, given: map[time.Time]map[string]keyplan.KID{}}
		t.Repeat(c.actions())
		c.settle(t)
		plan := c.onePlan(t)
		for start, keys := range c.given {
			e, ok := plan.Starting(start)
			if !ok {
				t.Fatalf("the period at %v was given out and is gone", start)
			}
			for use, kid := range keys {
				if !slices.ContainsFunc(e.Keys, func(k keyplan.ContentKey) bool { return k.KID == kid }) {
					t.Fatalf("%s of %v was given out and has another key since", use, start)
				}
			}
		}
		c.checkGapless(t, plan)
	})
}
