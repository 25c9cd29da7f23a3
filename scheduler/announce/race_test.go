package announce_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// during lets something happen just after the feed has read plan or events for the nth time.
func (r *rig) during(t *testing.T, n int, happen func()) {
	t.Helper()
	look := func() {
		if n--; n == 0 {
			happen()
		}
	}
	feed, err := announce.New(announce.Config{
		Channel:   only(r.channel),
		Plan:      func(channel string) *keyplan.Plan { plan := r.Plan(channel); look(); return plan },
		Events:    func(channel string) []keyplan.Event { events := r.Replica.Feed(channel); look(); return events },
		Changed:   r.Changed,
		Signaling: signal, Now: func() time.Time { return r.now() },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Feed = feed
}

func TestADocumentHoldsAllThatWasAnnouncedUpToItsSequence(t *testing.T) {
	r := newRig(t, everyMinute)
	r.during(t, 1, func() {
		r.plan(t)
		r.announce(t, 0)
	})
	if d := document(t, r); d.Sequence > 0 && d.Current == nil {
		t.Errorf("following from %d misses the current period, which is not in the document", d.Sequence)
	}
}

func TestAClientIsToldAtOnceWhatComesWhileItIsBeingTold(t *testing.T) {
	for n := range 5 {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, everyMinute)
			r.set = r.inBubble()
			r.plan(t)
			r.announce(t, 0)
			r.during(t, n+1, func() { r.announce(t, 1) })
			l := r.listen(t, 1)
			want(t, l, "12:00:00 #2 announced 12:01:00")
			l.stop()
		})
	}
}

func TestARepeatedEventIsNotToldWhenTheFirstOneIsGone(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		l := r.listen(t, 4)
		r.repeat(t, 3, 5)
		want(t, l)
		if err := r.Delete(t.Context(), "news", keyplan.Event{Seq: 4}.Name()); err != nil {
			t.Fatal(err)
		}
		want(t, l)
		l.stop()
	})
}
