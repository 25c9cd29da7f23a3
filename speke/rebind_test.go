package speke_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

func TestAChannelThatBeginsAgainAtZeroIsBoundAnew(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 5000, 5001)
	p.clock.set(at("12:20").Add(20*minute - 1))
	p.refused(documentOf("live", ask{index: 0}), http.StatusUnprocessableEntity, unsupportedP0)
	p.clock.forward(1)
	if diff := cmp.Diff([]time.Time{at("12:40"), at("12:50")}, p.starts("live", 0, 1)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]time.Time{at("12:00")}, p.starts("live", 5000)); diff != "" {
		t.Errorf("what was served before (-want +got)\n%s", diff)
	}
	if p.rebound.Load() != 1 || !strings.Contains(p.log.String(), `level=WARN msg="content ID bound anew" channel=live contentId=live binding=anchored index=0`) {
		t.Errorf("counted %d times; the log:\n%s", p.rebound.Load(), p.log)
	}
}

func TestAChannelThatGoesOnAfterABreakIsNotBoundAnew(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 5000)
	p.clock.forward(300 * minute)
	for _, off := range []uint32{28, 32} { // of 30, the current one
		if diff := cmp.Diff([]time.Time{noon.Add(time.Duration(off) * 10 * minute)}, p.starts("live", 5000+off)); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	if p.rebound.Load() != 0 {
		t.Errorf("counted %d times", p.rebound.Load())
	}
}

func TestAConfiguredContentIDIsNeverBoundAnew(t *testing.T) {
	p := start(t, setup{channels: []speke.Channel{bound(liveChannel(t, tenMinutes), speke.BindingConfig{Unix: true})}})
	p.starts("live", unixNoon)
	p.clock.forward(300 * minute)
	p.refused(documentOf("live", ask{index: 0}), http.StatusUnprocessableEntity, unsupportedP0)
	if _, err := p.handler.Rebind(t.Context(), "live", 7, p.clock.now()); !errors.Is(err, speke.ErrConfigured) {
		t.Errorf("err %v", err)
	}
}

// purged takes everything out of the store that its time has come for.
func (p *provider) purged() {
	p.Helper()
	purge := p.replica.Plan("live").Purge(p.channel.Policy, p.clock.now())
	if len(purge.Names) == 0 {
		p.Fatal("nothing to purge")
	}
	if _, err := p.replica.Create(p.Context(), "live", purge.Tombstone); err != nil {
		p.Fatal(err)
	}
	if err := p.replica.Delete(p.Context(), "live", purge.Names...); err != nil {
		p.Fatal(err)
	}
}

func TestAPurgedIndexIsBoundAnewOnceTheChannelWasIdle(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 7, 8)
	p.clock.forward(49 * time.Hour)
	p.starts("live", 7+49*6)
	p.purged()
	p.refused(documentOf("live", ask{index: 7}), http.StatusUnprocessableEntity, unsupportedP0)
	p.clock.forward(60 * minute)
	want := noon.Add(50 * time.Hour)
	if diff := cmp.Diff([]time.Time{want}, p.starts("live", 7)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestWhereAllIsPurgedTheFirstIndexBindsAnew(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 7)
	p.clock.forward(100 * time.Hour)
	p.purged()
	want := noon.Add(100 * time.Hour)
	if diff := cmp.Diff([]time.Time{want}, p.starts("live", 3)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnOperatorBindsAContentIDAnew(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", 5000)
	b, err := p.handler.Rebind(t.Context(), "live", 100, at("12:14"))
	if err != nil {
		t.Fatal(err)
	}
	if b.N != 2 || b.Index != 100 || !b.At.Equal(at("12:10")) {
		t.Errorf("binding %+v", b)
	}
	want := []time.Time{at("12:10"), at("12:20"), at("12:00")}
	if diff := cmp.Diff(want, p.starts("live", 100, 101, 5000)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	again, err := p.handler.Rebind(t.Context(), "live", 100, at("12:15"))
	if diff := cmp.Diff(b, again); diff != "" || err != nil {
		t.Errorf("the second time: %v %s", err, diff)
	}
	if diff := cmp.Diff([]keyplan.BindingKind{keyplan.BoundAnchored, keyplan.BoundAnchored}, bindings(t, p)); diff != "" {
		t.Errorf("bindings kept (-want +got)\n%s", diff)
	}
}

func TestAnOperatorBindsAContentIDBeforeAnyPackagerAsks(t *testing.T) {
	p := start(t, setup{})
	if _, err := p.handler.Rebind(t.Context(), "live-dash", 40, noon); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Time{at("12:20")}, p.starts("live-dash", 42)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, err := p.handler.Rebind(t.Context(), "dead", 40, noon); !errors.Is(err, speke.ErrContentID) {
		t.Errorf("an unknown content ID: %v", err)
	}
}
