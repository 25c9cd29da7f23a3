package announce_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// first is what a client that knows the feed up to after is told first.
func (r *rig) first(t *testing.T, after uint64) announce.Message {
	t.Helper()
	for m := range r.Follow(t.Context(), "news", after) {
		return m
	}
	t.Fatal("nothing was told")
	return announce.Message{}
}

func TestClientsShareTheBytesOfAMessage(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		one, two := r.first(t, 2), r.first(t, 2)
		if !bytes.Equal(one.Data, two.Data) || &one.Data[0] != &two.Data[0] {
			t.Error("a message was encoded for each of two clients")
		}
	})
}

func TestWhatClientsShareChangesWithTheTimeOfAWithdrawal(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		e, _ := r.Plan("news").At(minute(3))
		kid := e.Keys[0].KID
		revoked := keyplan.Revoked{KID: kid, From: noon.Add(10 * time.Second), Start: e.Start}
		if _, err := r.Create(t.Context(), "news", revoked.Record()); err != nil {
			t.Fatal(err)
		}
		if before := r.first(t, 3); !bytes.Contains(before.Data, []byte(kid.String())) {
			t.Errorf("the KID is not announced before it is withdrawn: %s", before.Data)
		}
		time.Sleep(10 * time.Second)
		if after := r.first(t, 3); bytes.Contains(after.Data, []byte(kid.String())) {
			t.Errorf("the KID is announced after it was withdrawn: %s", after.Data)
		}
	})
}

func TestAClientThatIsResetHearsNothingOfPeriodsThatAreOver(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		time.Sleep(2 * time.Minute)
		l := r.listen(t, 99)
		want(t, l, "12:02:00 #0 reset", "12:02:00 #3 announced 12:02:00", "12:02:00 #4 announced 12:03:00")
		l.stop()
		missed := r.listen(t, 1)
		want(t, missed, "12:02:00 #2 announced 12:01:00", "12:02:00 #3 announced 12:02:00", "12:02:00 #4 announced 12:03:00")
		missed.stop()
	})
}
