package webhook_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// wantGot compares what an endpoint took, in order.
func wantGot(t *testing.T, e *endpoint, channel string, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, e.got(channel)); diff != "" {
		t.Errorf("taken of %q (-want +got):\n%s", channel, diff)
	}
}

func TestEveryTargetIsToldOfEachEventOnceInOrder(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a, b := r.host(t, "a"), r.host(t, "b")
		p := r.push(t, "["+one("a", "")+", "+one("b", "")+"]")
		defer p.stop()
		for n := range 20 {
			r.announce(t, "news", n)
			r.announce(t, "sports", n)
			r.pass(700 * time.Millisecond)
		}
		r.pass(time.Second)
		for _, e := range []*endpoint{a, b} {
			wantGot(t, e, "news", announced("news", 0, 19))
			wantGot(t, e, "sports", announced("sports", 0, 19))
		}
		var ids []string
		for _, p := range a.all() {
			ids = append(ids, p.id)
		}
		if slices.Sort(ids); len(slices.Compact(ids)) != 40 {
			t.Errorf("IDs are not distinct: %q", ids)
		}
	})
}

// wrongs are all ways in which a target may not take what it is told.
var wrongs = map[string]func(e *endpoint){
	"is down":     func(e *endpoint) { e.setDown(true) },
	"answers 500": func(e *endpoint) { e.goes(answer(http.StatusInternalServerError)) },
	"answers 404": func(e *endpoint) { e.goes(answer(http.StatusNotFound)) },
	"redirects": func(e *endpoint) {
		e.goes(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.test/in", http.StatusTemporaryRedirect)
		})
	},
	"hangs": func(e *endpoint) { e.goes(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) },
	"hangs in its answer": func(e *endpoint) {
		e.goes(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(http.StatusOK)
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
	},
	"closes early": func(e *endpoint) {
		e.goes(func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				c.Close()
			}
		})
	},
	"closes in its answer": func(e *endpoint) {
		e.goes(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		})
	},
	"sends rubbish": func(e *endpoint) {
		e.goes(func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				c.Write([]byte("rubbish\r\n\r\n"))
				c.Close()
			}
		})
	},
}

func answer(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func TestATargetThatFailsForAnHourGetsEverythingInOrderAndHoldsNobodyUp(t *testing.T) {
	for name, goWrong := range wrongs {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, r *rig) {
				bad, good, elsewhere := r.host(t, "bad"), r.host(t, "good"), r.host(t, "elsewhere")
				p := r.push(t, "["+one("bad", "")+", "+one("good", "")+"]")
				defer p.stop()
				r.announce(t, "news", 0)
				r.pass(time.Second)
				goWrong(bad)
				for n := 1; n <= 60; n++ {
					r.announce(t, "news", n)
					r.announce(t, "sports", n)
					r.pass(time.Second)
					wantGot(t, good, "news", announced("news", 0, n))
					wantGot(t, good, "sports", announced("sports", 1, n))
					r.pass(59 * time.Second)
				}
				wantGot(t, bad, "", announced("news", 0, 0))
				status := p.standing(t)
				if status.Failure == nil || status.Places[1].Waiting != 60 {
					t.Errorf("failure %+v, places %+v", status.Failure, status.Places)
				}
				bad.goes(nil)
				bad.setDown(false)
				r.pass(90 * time.Second)
				wantGot(t, bad, "news", announced("news", 0, 60))
				wantGot(t, bad, "sports", announced("sports", 1, 60))
				wantGot(t, elsewhere, "", nil)
				if status := p.standing(t); status.Failure != nil || status.Places[0].Waiting != 0 || len(status.DeadLetters) != 0 {
					t.Errorf("failure %+v, places %+v, %d dead letters", status.Failure, status.Places, len(status.DeadLetters))
				}
			})
		})
	}
}

func TestASlowTargetGetsEverythingInOrder(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		slow := r.host(t, "slow")
		p := r.push(t, "["+one("slow", "")+"]")
		defer p.stop()
		slow.goes(func(http.ResponseWriter, *http.Request) { time.Sleep(9 * time.Second) })
		for n := range 10 {
			r.announce(t, "news", n)
		}
		r.pass(2 * time.Minute)
		var kinds []string
		for _, p := range slow.requests() {
			kinds = append(kinds, p.kind)
		}
		if diff := cmp.Diff(announced("news", 0, 9), kinds); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	})
}

func TestARequestIsCutOffAfterTheTargetsTimeout(t *testing.T) {
	to(t, ", timeout: 3s", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		wrongs["hangs"](a)
		r.announce(t, "news", 0)
		r.pass(3 * time.Second)
		if f := p.standing(t).Failure; f != nil {
			t.Errorf("cut off early: %+v", f)
		}
		r.pass(9 * time.Second)
		if n := len(a.requests()); n < 2 || n > 4 || p.standing(t).Failure == nil {
			t.Errorf("%d requests in 12 s", n)
		}
	})
}

func TestTriesBecomeRareAndLieAtRandom(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		a.goes(answer(http.StatusServiceUnavailable))
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		r.announce(t, "news", 0)
		r.pass(10 * time.Hour)
		asked := a.requests()
		var longest time.Duration
		gaps := map[time.Duration]bool{}
		for i := 1; i < len(asked); i++ {
			gap := asked[i].at.Sub(asked[i-1].at)
			longest = max(longest, gap)
			gaps[gap.Round(time.Millisecond)] = true
		}
		// Uniform between 0 and a minute: 1,200 tries, give or take 20.
		if n := len(asked); n < 1000 || n > 1500 || longest > time.Minute+time.Second || longest < 55*time.Second || len(gaps) < n/2 {
			t.Errorf("%d tries, at most %v apart, %d distances", n, longest, len(gaps))
		}
		if early := asked[3].at.Sub(asked[0].at); early > 8*time.Second {
			t.Errorf("the fourth try came %v after the first", early)
		}
	})
}

func TestATargetMayAskForMoreTime(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		a := r.host(t, "a")
		a.goes(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		p := r.push(t, "["+one("a", "")+"]")
		defer p.stop()
		r.announce(t, "news", 0)
		r.pass(110 * time.Second)
		if n := len(a.requests()); n != 1 {
			t.Errorf("%d requests before Retry-After was over", n)
		}
		r.pass(70 * time.Second)
		if n := len(a.requests()); n != 2 {
			t.Errorf("%d requests after it was over", n)
		}
	})
}

func TestAnEventThatIsRefusedHoldsUpItsChannelOnly(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, p *pusher) {
		r.announce(t, "news", 0)
		r.pass(time.Second)
		a.goes(answer(http.StatusUnprocessableEntity))
		r.announce(t, "news", 1)
		r.pass(time.Minute)
		poison := a.requests()[1].id
		a.goes(func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("webhook-id") == poison {
				w.WriteHeader(http.StatusUnprocessableEntity)
			}
		})
		r.announce(t, "news", 2)
		for n := range 5 {
			r.announce(t, "sports", n)
			r.pass(time.Minute)
		}
		places := p.standing(t).Places
		if places[0].Waiting != 2 || places[1].Waiting != 0 {
			t.Errorf("places %+v", places)
		}
	})
}

func TestATargetGetsAFewRequestsAtATime(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		var many []string
		for n := range 30 {
			id := fmt.Sprintf("many-%02d", n)
			many = append(many, id)
			r.channels[id] = channel(t, id)
			r.plan(t, id)
		}
		a := r.host(t, "a")
		var at, most int
		a.goes(func(http.ResponseWriter, *http.Request) {
			a.mu.Lock()
			at++
			most = max(most, at)
			a.mu.Unlock()
			time.Sleep(time.Second)
			a.mu.Lock()
			at--
			a.mu.Unlock()
		})
		p := r.push(t, "["+one("a", "")+"]", func(c *webhook.Config) { c.Channels = func() []string { return many } })
		defer p.stop()
		for _, id := range many {
			r.announce(t, id, 0)
		}
		r.pass(6 * time.Second)
		if n := len(a.requests()); most != 8 || n != 30 {
			t.Errorf("at most %d at a time, %d in all", most, n)
		}
	})
}

func TestATargetIsToldOfItsChannelsAndEvents(t *testing.T) {
	in(t, func(t *testing.T, r *rig) {
		all, some := r.host(t, "all"), r.host(t, "some")
		p := r.push(t, "["+one("all", "")+", "+one("some", ", channels: [sp*], events: [rotated]")+"]")
		defer p.stop()
		for _, id := range []string{"news", "sports"} {
			r.announce(t, id, 0)
			r.append(t, id, keyplan.Event{ID: "rotated/1", Type: keyplan.Rotated, At: r.now(), Start: minute(1)})
			r.announce(t, id, 2)
		}
		r.pass(time.Second)
		wantGot(t, all, "news", []string{"announced news 12:00:00", "rotated news 12:01:00", "announced news 12:02:00"})
		wantGot(t, some, "", []string{"rotated sports 12:01:00"})
	})
}

func TestARevocationIsTold(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, _ *pusher) {
		e, _ := r.replica.Plan("news").At(noon)
		kid := e.Keys[0].KID
		r.append(t, "news", keyplan.Event{ID: "revoked/x", Type: keyplan.KIDRevoked, At: r.now(), Start: noon, KID: &kid, From: minute(2)})
		r.pass(time.Second)
		want := `{"type":"revoked","timestamp":"2026-03-01T12:00:00Z","data":{"channel":"news","kid":"` + kid.String() + `","from":"2026-03-01T12:02:00Z"}}`
		if diff := cmp.Diff(want, string(a.all()[0].body)); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	})
}

func TestAnAnnouncementIsTheOneThatFollowersGet(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, _ *pusher) {
		r.announce(t, "news", 1)
		r.pass(time.Second)
		for m := range r.feed.Follow(t.Context(), "news", 0) {
			want := `{"type":"announced","timestamp":"2026-03-01T12:00:00Z","data":{"channel":"news",` + string(m.Data[1:]) + "}"
			if diff := cmp.Diff(want, string(a.all()[0].body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			break
		}
		if body := string(a.all()[0].body); !strings.Contains(body, `"pssh":"`) || !strings.Contains(body, `"fetchWindow"`) {
			t.Errorf("it lacks signaling: %s", body)
		}
	})
}

func TestAnEventThatTwoReplicasAppendedIsToldOnce(t *testing.T) {
	to(t, "", func(t *testing.T, r *rig, a *endpoint, _ *pusher) {
		r.announce(t, "news", 0)
		again := keyplan.Announce(minute(0), r.now())
		again.Seq = 2
		if _, err := r.replica.Create(t.Context(), "news", again.Record()); err != nil {
			t.Fatal(err)
		}
		r.announce(t, "news", 1)
		r.pass(time.Minute)
		wantGot(t, a, "", announced("news", 0, 1))
		synctest.Wait()
	})
}
