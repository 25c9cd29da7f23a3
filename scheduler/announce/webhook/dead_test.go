package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// dead says which dead letters a status has: "news 1 it answered 500 …".
func dead(s webhook.Status) []string {
	var all []string
	for _, d := range s.DeadLetters {
		all = append(all, fmt.Sprintf("%s %d %s %s: %s", d.Channel, d.Seq, d.Type, d.Start.Format(time.TimeOnly), d.Error))
	}
	return all
}

// replay asks for one and lets it happen.
func (r *rig) replay(t *testing.T, p *pusher, w webhook.Wish) webhook.Replayed {
	t.Helper()
	w.Target = "a"
	done, err := p.Replay(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(5 * time.Second)
	return done
}

func TestWhatIsOlderThanMaxAgeBecomesADeadLetterAndTheRestGoesOn(t *testing.T) {
	to(t, ", max_age: 10m", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.pass(5 * time.Minute)
		r.announce(t, "news", 1)
		r.announce(t, "sports", 1)
		r.pass(4 * time.Minute)
		if got := dead(p.standing(t)); len(got) != 0 {
			t.Errorf("dead before max_age: %q", got)
		}
		r.pass(2*time.Minute + 5*time.Second)
		want := []string{"news 1 announced 12:00:00: it answered 500 Internal Server Error"}
		if diff := cmp.Diff(want, dead(p.standing(t))); diff != "" {
			t.Errorf("dead letters (-want +got):\n%s", diff)
		}
		a.goes(nil)
		r.pass(time.Minute)
		wantGot(t, a, "news", announced("news", 1, 1))
		wantGot(t, a, "sports", announced("sports", 1, 1))
	})
}

func TestDeadLettersAreReplayedWithTheIDsThatTheyHad(t *testing.T) {
	to(t, ", max_age: 10m", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.announce(t, "news", 1)
		r.announce(t, "sports", 0)
		r.pass(12 * time.Minute)
		tried := a.requests()
		a.goes(nil)
		if n := len(dead(p.standing(t))); n != 3 {
			t.Fatalf("%d dead letters", n)
		}
		done := r.replay(t, p, webhook.Wish{Has: func(channel string) bool { return channel == "news" }})
		if diff := cmp.Diff(webhook.Replayed{DeadLetters: 2}, done); diff != "" {
			t.Errorf("replayed (-want +got):\n%s", diff)
		}
		wantGot(t, a, "", announced("news", 0, 1))
		if id := a.all()[0].id; id != tried[0].id && id != tried[1].id {
			t.Errorf("ID %s is not one of those that were tried: %s, %s", id, tried[0].id, tried[1].id)
		}
		if got := dead(p.standing(t)); len(got) != 1 || !strings.HasPrefix(got[0], "sports 1") {
			t.Errorf("dead letters %q", got)
		}
	})
}

func TestADeadLetterThatFailsAgainStaysOneAndHoldsNothingUpForEver(t *testing.T) {
	to(t, ", max_age: 10m", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.pass(12 * time.Minute)
		r.replay(t, p, webhook.Wish{})
		n := len(a.requests())
		r.pass(9 * time.Minute)
		if len(a.requests()) < n+5 {
			t.Errorf("%d tries in nine minutes after a replay", len(a.requests())-n)
		}
		r.pass(3 * time.Minute)
		n = len(a.requests())
		r.pass(time.Hour)
		if got := len(a.requests()); got != n {
			t.Errorf("%d tries after it was given up again", got-n)
		}
		if got := dead(p.standing(t)); len(got) != 1 {
			t.Errorf("dead letters %q", got)
		}
	})
}

func TestADeadLetterThatTheFeedDoesNotHoldAnyMoreIsForgotten(t *testing.T) {
	to(t, ", max_age: 1m", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusInternalServerError))
		r.announce(t, "news", 0)
		r.announce(t, "news", 1)
		r.pass(5 * time.Minute)
		a.goes(nil)
		first := r.feed.Since("news", 0)[0]
		if err := r.replica.Delete(t.Context(), "news", first.Name()); err != nil {
			t.Fatal(err)
		}
		done := r.replay(t, p, webhook.Wish{})
		if diff := cmp.Diff(webhook.Replayed{DeadLetters: 1, Forgotten: 1}, done); diff != "" {
			t.Errorf("replayed (-want +got):\n%s", diff)
		}
		wantGot(t, a, "", announced("news", 1, 1))
		if got := dead(p.standing(t)); len(got) != 0 {
			t.Errorf("dead letters %q", got)
		}
	})
}

func TestEventsAreReplayedSinceATimeOrAfterAPlace(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		for n := range 5 {
			r.announce(t, "news", n)
			r.announce(t, "sports", n)
			r.pass(time.Minute)
		}
		before := map[string]bool{}
		for _, p := range a.all() {
			before[p.id] = true
		}
		a.forget()
		done := r.replay(t, p, webhook.Wish{Since: new(minute(3))})
		if diff := cmp.Diff(webhook.Replayed{Events: 4}, done); diff != "" {
			t.Errorf("replayed (-want +got):\n%s", diff)
		}
		wantGot(t, a, "news", announced("news", 3, 4))
		wantGot(t, a, "sports", announced("sports", 3, 4))
		for _, p := range a.all() {
			if !before[p.id] {
				t.Errorf("%s has another ID: %s", p.kind, p.id)
			}
		}
		a.forget()
		r.replay(t, p, webhook.Wish{After: new(uint64(1)), Has: func(channel string) bool { return channel == "news" }})
		wantGot(t, a, "", announced("news", 1, 4))
		r.announce(t, "news", 5)
		r.pass(time.Second)
		wantGot(t, a, "", announced("news", 1, 5))
	})
}

func TestAReplayCountsAlsoForTheEventThatIsUnderWay(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		r.announce(t, "news", 0)
		r.pass(time.Second)
		a.goes(func(http.ResponseWriter, *http.Request) { time.Sleep(8 * time.Second) })
		r.announce(t, "news", 1)
		r.pass(time.Second)
		r.replay(t, p, webhook.Wish{Since: new(noon)})
		a.goes(nil)
		a.forget()
		r.pass(10 * time.Second)
		wantGot(t, a, "", announced("news", 0, 1))
	})
}

func TestAReplayReachesTheReplicaThatDelivers(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, _ *pusher) {
		r.announce(t, "news", 0)
		r.pass(time.Second)
		a.forget()
		idle := r.push(t, "["+one("a", "")+"]", func(c *webhook.Config) { c.Lease = never{} })
		defer idle.stop()
		r.replay(t, idle, webhook.Wish{Since: new(noon)})
		wantGot(t, a, "", announced("news", 0, 0))
		if n := len(r.records(t, "replay/")); n != 0 {
			t.Errorf("%d replays are left in the store", n)
		}
	})
}

func TestNobodyReplaysToAWebhookThatThereIsNot(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		if _, err := p.Replay(t.Context(), webhook.Wish{Target: "b"}); err == nil {
			t.Error("no error")
		}
	})
}

func TestATargetThatIsGoneIsNotAskedUntilItsURLChanges(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a, moved := r.host(t, "a"), r.host(t, "moved")
		p := r.push(t, "["+one("a", "")+"]")
		a.goes(answer(http.StatusGone))
		r.announce(t, "news", 0)
		r.pass(5 * time.Second)
		r.announce(t, "sports", 0)
		r.pass(time.Hour)
		if n := len(a.requests()); n != 1 || p.standing(t).Gone == "" {
			t.Errorf("%d requests, gone: %q", n, p.standing(t).Gone)
		}
		p.stop()
		p = r.push(t, "["+one("a", "")+"]")
		r.pass(time.Hour)
		p.stop()
		if n := len(a.requests()); n != 1 {
			t.Errorf("%d requests after a restart", n)
		}
		p = r.push(t, "["+strings.Replace(one("a", ""), "a.test", "moved.test", 1)+"]")
		defer p.stop()
		r.pass(5 * time.Second)
		wantGot(t, moved, "news", announced("news", 0, 0))
		wantGot(t, moved, "sports", announced("sports", 0, 0))
	})
}

func TestATargetThatIsGoneIsAskedAgainAfterAReplay(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusGone))
		r.announce(t, "news", 0)
		r.pass(time.Minute)
		a.goes(nil)
		r.replay(t, p, webhook.Wish{})
		wantGot(t, a, "", announced("news", 0, 0))
	})
}

func TestTheOldestDeadLettersMakeRoomForNewOnes(t *testing.T) {
	to(t, ", max_age: 1m", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		a.goes(answer(http.StatusInternalServerError))
		for range 26 {
			for n := range 40 {
				e := announcement(n)
				e.ID += r.now().String()
				e.At = r.now()
				r.append(t, "news", e)
			}
			r.pass(3 * time.Minute)
		}
		letters := p.standing(t).DeadLetters
		if len(letters) != 1000 || letters[999].Seq != 1040 || letters[0].Seq != 41 {
			t.Errorf("%d dead letters, from %d to %d", len(letters), letters[0].Seq, letters[len(letters)-1].Seq)
		}
	})
}
