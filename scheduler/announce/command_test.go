package announce_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// rotate splits the plan of r so many seconds after noon, and tells the feed.
func (r *rig) rotate(t *testing.T, seconds int) {
	t.Helper()
	recs, err := r.planner.Split(t.Context(), r.channel, r.Plan("news"), noon.Add(time.Duration(seconds)*time.Second), keyplan.Audit{At: noon})
	if err != nil {
		t.Fatal(err)
	}
	r.decide(t, recs...)
}

// revoke withdraws the first key of the period in force so many seconds after noon.
func (r *rig) revoke(t *testing.T, seconds int) keyplan.KID {
	t.Helper()
	e, _ := r.Plan("news").At(noon)
	kid := e.Keys[0].KID
	from := noon.Add(time.Duration(seconds) * time.Second)
	r.decide(t, keyplan.Revoked{KID: kid, From: from, Start: e.Start, Audit: keyplan.Audit{At: noon}}.Record())
	return kid
}

func (r *rig) decide(t *testing.T, recs ...keyplan.Record) {
	t.Helper()
	if _, err := r.Create(t.Context(), "news", recs...); err != nil {
		t.Fatal(err)
	}
	for _, event := range r.Plan("news").Decided(r.channel.Policy, r.now()) {
		if _, err := r.Append(t.Context(), "news", event); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAClientHearsOfARotationAndARevocation(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		time.Sleep(7 * time.Second) // so that no heartbeat falls on a boundary
		l := r.listen(t, 4)
		r.rotate(t, 30)
		want(t, l, "12:00:07 #5 rotated 12:00:30")
		time.Sleep(13 * time.Second)
		r.revoke(t, 30)
		want(t, l, "12:00:20 #6 revoked")
		time.Sleep(11 * time.Second)
		want(t, l, "12:00:30 #0 ended 12:00:00", "12:00:30 #0 begun 12:00:30")
		l.stop()
		again := r.listen(t, 4)
		want(t, again, "12:00:31 #5 rotated 12:00:30", "12:00:31 #6 revoked")
		again.stop()
	})
}

func TestAnEventThatComesBeforeItsSplitIsToldWithIt(t *testing.T) {
	following(t, func(t *testing.T, r *rig) {
		time.Sleep(7 * time.Second) // so that no heartbeat falls on a boundary
		l := r.listen(t, 4)
		split, err := r.planner.Split(t.Context(), r.channel, r.Plan("news"), noon.Add(30*time.Second), keyplan.Audit{At: noon})
		if err != nil {
			t.Fatal(err)
		}
		event := keyplan.Announce(noon.Add(30*time.Second), r.now())
		if _, err := r.Append(t.Context(), "news", event); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		want(t, l)
		if _, err := r.Create(t.Context(), "news", split...); err != nil {
			t.Fatal(err)
		}
		want(t, l, "12:00:08 #5 announced 12:00:30")
		l.stop()
	})
}

func TestADocumentShowsASplitAtOnceAndNoWithdrawnKID(t *testing.T) {
	r := newRig(t, everyMinute)
	r.plan(t)
	r.rotate(t, 30)
	kid := r.revoke(t, 5)
	before := document(t, r)
	if !before.Current.End.Equal(noon.Add(30*time.Second)) || !before.RefreshAt.Equal(noon.Add(5*time.Second)) || before.Current.Keys[0].KID != kid {
		t.Errorf("current until %s, refresh at %s", before.Current.End, before.RefreshAt)
	}
	if len(before.Coming) == 0 || !before.Coming[0].Start.Equal(noon.Add(30*time.Second)) || len(before.Coming[0].Keys) != 2 {
		t.Errorf("coming %+v", before.Coming)
	}
	if diff := cmp.Diff([]announce.Withdrawal{{KID: kid, From: noon.Add(5 * time.Second)}}, before.Revoked); diff != "" {
		t.Error(diff)
	}
	r.now = func() time.Time { return noon.Add(5 * time.Second) }
	after := document(t, r)
	if len(after.Current.Keys) != 1 || after.Current.Keys[0].KID == kid || !after.RefreshAt.Equal(noon.Add(10*time.Second)) {
		t.Errorf("keys %v, refresh at %s", after.Current.Keys, after.RefreshAt)
	}
}
