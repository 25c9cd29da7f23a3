package command_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

func TestAKIDThatNoPackagerWasServedIsReplacedAtOnce(t *testing.T) {
	for name, at := range map[string]time.Time{"a coming one": after(70, 0), "the one in force": after(10, 0), "a past one": after(-30, 0)} {
		store := planned(t)
		d, other := newDesk(t, store), newDesk(t, store)
		old := d.video(at)
		r, err := d.Revoke(t.Context(), d.channel, order(""), old.KID, false)
		if err != nil || !r.From.Equal(after(10, 0)) || r.Renewed.KID != d.video(at).KID || r.Renewed.Generation != 1 || r.Rotation != nil {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if err := other.replica.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if other.video(at).KID != r.Renewed.KID || !other.replica.Plan("news").Withdrawn(old.KID, d.now) {
			t.Errorf("%s: another replica does not know", name)
		}
	}
}

func TestAKIDOnAirIsWithdrawnWhenItsLastServedPeriodEnds(t *testing.T) {
	d := newDesk(t, planned(t))
	d.serve("news", 10, 11)
	d.serve("other", 10, 11, 12)
	old := d.video(noon)
	r, err := d.Revoke(t.Context(), d.channel, order(""), old.KID, false)
	if err != nil || r.Rotation == nil || !r.Rotation.Entry.Start.Equal(after(13, 0)) || !r.From.Equal(after(13, 0)) {
		t.Fatalf("%+v, %v", r, err)
	}
	if len(r.Airing) != 2 || r.Airing[0].ContentID != "other" || !r.Airing[0].End.Equal(after(13, 0)) || !r.Airing[1].End.Equal(after(12, 0)) {
		t.Errorf("airing %v", r.Airing)
	}
	plan := d.replica.Plan("news")
	if plan.Withdrawn(old.KID, after(12, 59)) || !plan.Withdrawn(old.KID, after(13, 0)) {
		t.Error("it is withdrawn at another instant")
	}
	if _, k, ok := plan.KID(old.KID); !ok || k.KID != old.KID || d.video(noon).KID != old.KID {
		t.Error("a redundant packager would not get it")
	}
	if d.video(after(13, 0)).KID == old.KID || plan.Withdrawn(d.video(after(13, 0)).KID, after(13, 0)) {
		t.Error("packagers have nothing to change to")
	}
	if d.revoked != 1 {
		t.Errorf("counted %d times", d.revoked)
	}
}

func TestAnImmediateRevocationWithdrawsNowAndNamesWhoGoesDark(t *testing.T) {
	d := newDesk(t, planned(t))
	d.serve("news", 10, 11)
	kid := d.video(noon).KID
	if _, err := d.Revoke(t.Context(), d.channel, order(""), kid, false); err != nil {
		t.Fatal(err)
	}
	if d.replica.Plan("news").Withdrawn(kid, d.now) {
		t.Fatal("it is withdrawn though a packager airs it")
	}
	r, err := d.Revoke(t.Context(), d.channel, order(""), kid, true)
	if err != nil || !d.replica.Plan("news").Withdrawn(kid, d.now) || !r.From.Equal(after(10, 0)) {
		t.Fatalf("%+v, %v", r, err)
	}
	if len(r.Airing) != 1 || r.Airing[0].ContentID != "news" || !r.Airing[0].End.Equal(after(12, 0)) {
		t.Errorf("dark: %v", r.Airing)
	}
	if len(r.Packagers) != 1 || r.Rotation == nil || !r.Rotation.Entry.Start.Equal(after(12, 0)) {
		t.Errorf("%+v", r)
	}
}

func TestAPackagerThatIsServedWhileItsKIDIsRenewedKeepsIt(t *testing.T) {
	store := planned(t)
	packager := newDesk(t, store)
	served := false
	d := newDesk(t, &stumbling{Store: store, before: func(_ string, recs []keyplan.Record) {
		if !served && strings.HasPrefix(recs[0].Name, "generation/") {
			served = true
			packager.serve("news", 10)
		}
	}})
	old := d.video(noon)
	r, err := d.Revoke(t.Context(), d.channel, order(""), old.KID, false)
	if err != nil || !served || r.Renewed.KID != (keyplan.KID{}) || d.video(noon).KID != old.KID {
		t.Fatalf("served %v: %+v, %v", served, r, err)
	}
	if r.Rotation == nil || r.From.Before(r.Rotation.Entry.Start) {
		t.Errorf("it is withdrawn while it is on air: %+v", r)
	}
}

func TestAStaticKIDIsRevokedWithImmediateOnly(t *testing.T) {
	d := newDesk(t, planned(t))
	_, err := d.replica.Settle(t.Context(), "news", func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return d.planner.Static(t.Context(), d.channel, p, "VIDEO", keyplan.CBCS)
	})
	if err != nil {
		t.Fatal(err)
	}
	old, _ := d.replica.Plan("news").Static("VIDEO", keyplan.CBCS)
	if _, err := d.Revoke(t.Context(), d.channel, order(""), old.KID, false); !errors.Is(err, command.ErrStatic) {
		t.Errorf("got %v", err)
	}
	r, err := d.Revoke(t.Context(), d.channel, order("k"), old.KID, true)
	next, _ := d.replica.Plan("news").Static("VIDEO", keyplan.CBCS)
	if err != nil || r.Renewed.KID != next.KID || next.KID == old.KID || !d.replica.Plan("news").Withdrawn(old.KID, d.now) {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := d.Revoke(t.Context(), d.channel, order("k"), old.KID, true); err != nil {
		t.Error(err)
	}
	if again, _ := d.replica.Plan("news").Static("VIDEO", keyplan.CBCS); again.KID != next.KID {
		t.Error("a repeat made another key")
	}
}

func TestAKIDThatAPackagerChoseIsWithdrawnAndNothingTakesItsPlace(t *testing.T) {
	d := newDesk(t, planned(t))
	d.serve("news", 10)
	kid := keyplan.KID{7}
	_, err := d.replica.Settle(t.Context(), "news", func(p *keyplan.Plan) ([]keyplan.Record, error) {
		e, _ := p.At(d.now)
		return d.planner.Adopt(t.Context(), d.channel, p, e, kid, "VIDEO", keyplan.CBCS)
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Revoke(t.Context(), d.channel, order(""), kid, false)
	if err != nil || !r.From.Equal(after(60, 0)) || r.Rotation != nil || r.Renewed.KID != (keyplan.KID{}) {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := d.Revoke(t.Context(), d.channel, order(""), kid, true); err != nil || !d.replica.Plan("news").Withdrawn(kid, d.now) {
		t.Errorf("with immediate: %v", err)
	}
}

func TestAnUnknownKIDIsNotRevoked(t *testing.T) {
	d := newDesk(t, planned(t))
	if _, err := d.Revoke(t.Context(), d.channel, order("k"), keyplan.KID{9}, true); !errors.Is(err, command.ErrNoKID) {
		t.Errorf("got %v", err)
	}
	if _, kept := d.replica.Plan("news").Command("k"); kept {
		t.Error("a command that decided nothing is kept")
	}
}

func TestARepeatedRebindLeavesALaterOneInForce(t *testing.T) {
	d := newDesk(t, planned(t))
	bind := func(key string, index uint32) keyplan.Binding {
		b, err := d.Rebound(t.Context(), d.channel, order(key), command.Rebinding{ContentID: "news", Index: index})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := bind("a", 7)
	bind("b", 70)
	d.now = d.now.Add(time.Hour)
	if again := bind("a", 7); again != first {
		t.Errorf("%+v, then %+v", first, again)
	}
	if b, _ := d.replica.Plan("news").Binding("news"); b.Index != 70 || b.N != 2 {
		t.Errorf("in force is %+v", b)
	}
}

func TestARenewalThatWasCutShortIsFinishedByARepeat(t *testing.T) {
	away, cut := errors.New("away"), 0
	for _, lost := range []bool{false, true} {
		for n := 1; ; n++ {
			store := planned(t)
			reader := newDesk(t, store)
			old := reader.video(after(70, 0)).KID
			victim := newDesk(t, &stumbling{Store: store, err: away, left: n, lost: lost})
			if _, err := victim.Revoke(t.Context(), victim.channel, order("k"), old, false); err == nil {
				break
			}
			cut++
			next := newDesk(t, store)
			r, err := next.Revoke(t.Context(), next.channel, order("k"), old, false)
			if err != nil || r.Renewed.KID == (keyplan.KID{}) {
				t.Fatalf("cut at %d: %+v, %v", n, r, err)
			}
			if err := reader.replica.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if reader.video(after(70, 0)).KID != r.Renewed.KID || !reader.replica.Plan("news").Withdrawn(old, next.now) {
				t.Errorf("cut at %d: another replica does not know", n)
			}
		}
	}
	if cut < 8 {
		t.Errorf("it was cut at %d places only", cut)
	}
}
