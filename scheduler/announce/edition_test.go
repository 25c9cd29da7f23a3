package announce_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

func edition(t testing.TB, f *announce.Feed) announce.Edition {
	t.Helper()
	e, ok, err := f.Edition("news")
	if !ok || err != nil {
		t.Fatalf("no edition: %v", err)
	}
	return e
}

func TestAnEditionIsTheDocumentUnderATagOfItsOwn(t *testing.T) {
	r := newRig(t, "{rotate: {every: 1m}, lead: 90s, ahead: 6}")
	r.plan(t)
	bodies := map[string]string{} // by tag
	rapid.Check(t, func(rt *rapid.T) {
		now := noon.Add(time.Duration(rapid.Int64Range(0, int64(5*time.Minute)).Draw(rt, "now")))
		r.now = func() time.Time { return now }
		e := edition(t, r.Feed)
		want, err := json.Marshal(document(t, r))
		if diff := cmp.Diff(string(want)+"\n", string(e.Body)); err != nil || diff != "" {
			rt.Fatalf("%v (-document +edition):\n%s", err, diff)
		}
		if known, ok := bodies[e.Tag]; ok && known != string(e.Body) {
			rt.Fatalf("tag %s stands for two bodies", e.Tag)
		}
		bodies[e.Tag] = string(e.Body)
	})
	distinct := map[string]bool{}
	for _, body := range bodies {
		distinct[body] = true
	}
	if len(distinct) < 3 || len(distinct) != len(bodies) {
		t.Errorf("%d tags of %d bodies", len(bodies), len(distinct))
	}
}

func TestReplicasGiveTheSameEditionWheneverTheyAreAsked(t *testing.T) {
	r := newRig(t, everyMinute)
	r.plan(t)
	r.announce(t, 0)
	first := edition(t, r.Feed)
	other := ledger.NewReplica(ledger.Config{Store: r.store})
	if err := other.Load(t.Context(), "news"); err != nil {
		t.Fatal(err)
	}
	r.Replica = other
	feed := r.over(t, func() time.Time { return noon.Add(39 * time.Second) })
	if diff := cmp.Diff(first, edition(t, feed)); diff != "" {
		t.Errorf("(-at noon +39 s later, another replica):\n%s", diff)
	}
}

func TestAnEditionIsMadeOnceAndAgainForEveryChange(t *testing.T) {
	r := newRig(t, everyMinute)
	var made int
	r.sign = func(_ string, _ []byte) (string, error) { made++; return "signed", nil }
	r.Feed = r.over(t, func() time.Time { return r.now() })
	r.plan(t)
	for _, step := range []struct {
		name   string
		happen func()
		want   int // how often it has been made
	}{
		{"the first time", func() {}, 1},
		{"nothing happened", func() {}, 1},
		{"an event", func() { r.announce(t, 0) }, 2},
		{"nine seconds later", func() { r.now = func() time.Time { return noon.Add(9 * time.Second) } }, 2},
		{"ten seconds later the key that signs may be another", func() { r.now = func() time.Time { return noon.Add(10 * time.Second) } }, 3},
		{"the clock is set back", func() { r.now = func() time.Time { return noon } }, 4},
		{"at refreshAt", func() { r.now = func() time.Time { return noon.Add(40 * time.Second) } }, 5},
		{"a packager is seen, which may change slack", func() { r.see(t) }, 6},
	} {
		step.happen()
		for range 3 {
			if e := edition(t, r.Feed); e.Signature != "signed" {
				t.Errorf("%s: signature %q", step.name, e.Signature)
			}
		}
		if made != step.want {
			t.Errorf("%s: made %d times, want %d", step.name, made, step.want)
		}
	}
}

func TestAnEditionThatCannotBeSignedIsNotGiven(t *testing.T) {
	r := newRig(t, everyMinute)
	refused := errors.New("no key")
	r.sign = func(string, []byte) (string, error) { return "", refused }
	feed := r.over(t, func() time.Time { return noon })
	for range 2 {
		if e, ok, err := feed.Edition("news"); !ok || !errors.Is(err, refused) || e.Body != nil {
			t.Errorf("%v, %v, %d bytes", ok, err, len(e.Body))
		}
	}
	if _, ok, err := feed.Edition("other"); ok || err != nil {
		t.Errorf("of a channel that there is not: %v, %v", ok, err)
	}
}

func TestEveryPlannedPeriodIsComingWhereThePolicySaysSo(t *testing.T) {
	for policy, want := range map[string]string{
		everyMinute: "", strings.Replace(everyMinute, "{rotate", "{announce: planned, rotate", 1): "12:01:00 12:02:00 12:03:00",
	} {
		r := newRig(t, policy)
		r.plan(t)
		var coming []string
		for _, p := range document(t, r).Coming {
			coming = append(coming, p.Start.Format(time.TimeOnly))
			if from := p.Start.Add(-20 * time.Second); !p.FetchWindow.Start.Equal(from) {
				t.Errorf("the window opens at %s, want %s: by lead", p.FetchWindow.Start, from)
			}
		}
		if got := strings.Join(coming, " "); got != want {
			t.Errorf("%s: coming %q, want %q", policy, got, want)
		}
	}
}

// see keeps that a packager asked, which changes the plan and nothing in its entries.
func (r *rig) see(t *testing.T) {
	t.Helper()
	seen := keyplan.Seen{Start: noon, Packager: "a", K: 0, At: noon}
	if _, err := r.Create(t.Context(), "news", seen.Record()); err != nil {
		t.Fatal(err)
	}
}
