package announce_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
)

// following runs a test of clients of a channel that is planned from noon on, and whose
// first four periods have been announced under the sequence numbers 1 to 4.
func following(t *testing.T, test func(t *testing.T, r *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, everyMinute)
		r.set = r.inBubble()
		r.plan(t)
		for i := range 4 {
			r.announce(t, i)
		}
		test(t, r)
	})
}

func want(t *testing.T, l *listener, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, l.heard()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestAClientHearsWhatItMissedAndNothingElse(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		all, two, none := r.listen(t, 0), r.listen(t, 2), r.listen(t, 4)
		want(t, all,
			"12:00:00 #1 announced 12:00:00", "12:00:00 #2 announced 12:01:00",
			"12:00:00 #3 announced 12:02:00", "12:00:00 #4 announced 12:03:00")
		want(t, two, "12:00:00 #3 announced 12:02:00", "12:00:00 #4 announced 12:03:00")
		want(t, none)
		for _, l := range []*listener{all, two, none} {
			l.stop()
		}
	})
}

func TestAClientHearsEventsAsTheyComeAndBoundariesWhenTheyPass(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		time.Sleep(7 * time.Second) // so that no heartbeat falls on a boundary
		l := r.listen(t, 4)
		time.Sleep(50 * time.Second)
		want(t, l, "12:00:22 #0 heartbeat", "12:00:37 #0 heartbeat", "12:00:52 #0 heartbeat")
		time.Sleep(6 * time.Second)
		want(t, l, "12:01:00 #0 ended 12:00:00", "12:01:00 #0 begun 12:01:00")
		r.plan(t)
		r.announce(t, 4)
		want(t, l, "12:01:03 #5 announced 12:04:00")
		l.stop()
	})
}

func TestARepeatedEventIsToldOnce(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		live := r.listen(t, 4)
		r.repeat(t, 3, 5)
		r.repeat(t, 1, 6)
		want(t, live)
		replayed, late := r.listen(t, 3), r.listen(t, 5)
		want(t, replayed, "12:00:00 #4 announced 12:03:00")
		want(t, late)
		for _, l := range []*listener{live, replayed, late} {
			l.stop()
		}
	})
}

func TestAClientIsResetIfItsPlaceInTheFeedIsNotThere(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		if err := r.Delete(t.Context(), "news", keyplan.Event{Seq: 1}.Name(), keyplan.Event{Seq: 2}.Name()); err != nil {
			t.Fatal(err)
		}
		held := []string{"12:00:00 #3 announced 12:02:00", "12:00:00 #4 announced 12:03:00"}
		for _, c := range []struct {
			name  string
			after uint64
			want  []string
		}{
			{"it missed events that are gone", 1, append([]string{"12:00:00 #0 reset"}, held...)},
			{"it knows the last one that is gone", 2, held},
			{"it knows more than there is", 5, append([]string{"12:00:00 #0 reset"}, held...)},
		} {
			t.Log(c.name)
			l := r.listen(t, c.after)
			want(t, l, c.want...)
			l.stop()
		}
	})
}

func TestAnEventWaitsForItsPeriodAndIsDroppedWithIt(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		l := r.listen(t, 4)
		r.announce(t, -60) // of a period that was never planned here, or purged
		r.announce(t, 4)   // not yet planned here
		want(t, l)
		time.Sleep(time.Minute)
		l.heard()
		r.plan(t)
		want(t, l, "12:01:00 #6 announced 12:04:00")
		l.stop()
	})
}

func TestTheEndOfThePlanEndsItsLastPeriodAndANewPlanBegins(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		l := r.listen(t, 4)
		time.Sleep(3*time.Minute + 59*time.Second)
		l.heard()
		time.Sleep(time.Second)
		want(t, l, "12:04:00 #0 ended 12:03:00")
		time.Sleep(time.Second)
		r.plan(t)
		want(t, l, "12:04:01 #0 begun 12:04:00")
		l.stop()
	})
}

func TestAClockThatIsSetBackDoesNotSilenceTheHeartbeat(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		l := r.listen(t, 4)
		time.Sleep(50 * time.Second)
		l.heard()
		r.set(-40 * time.Second) // no boundary lies between
		time.Sleep(11 * time.Second)
		want(t, l, "12:00:20 #0 heartbeat")
		l.stop()
	})
}

func TestAnAnnouncedMessageIsThePeriodOfTheDocument(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		document, _ := r.Document("news")
		for m := range r.Follow(t.Context(), "news", 0) {
			period, err := json.Marshal(document.Current)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(period), string(m.Data)); diff != "" {
				t.Errorf("message (-document +got):\n%s", diff)
			}
			return
		}
		t.Error("nothing was told")
	})
}

func TestFollowEndsWithItsContextAndForAChannelThatThereIsNot(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range r.Follow(ended, "news", 4) {
			t.Error("told something after the end")
		}
		for range r.Follow(t.Context(), "other", 0) {
			t.Error("told something of no channel")
		}
	})
}
