package speke_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

// renew has an operator at p revoke the VIDEO key of the period that contains at, unless p
// knows that it was issued. It says nothing to other replicas.
func (p *provider) renew(at time.Time) {
	p.Helper()
	plan := p.replica.Plan(p.channel.ID)
	e, ok := plan.At(at)
	if !ok || plan.Issued(e) {
		return
	}
	k, _ := e.Key("VIDEO", keyplan.CBCS)
	rec, err := p.planner.Renew(p.Context(), p.channel.Channel, plan, e, k, keyplan.Audit{At: noon})
	if err != nil {
		p.Error(err)
		return
	}
	if _, err := p.replica.Create(p.Context(), p.channel.ID, rec); err != nil {
		p.Error(err)
	}
}

// planTo plans the first channel up to t.
func (p *provider) planTo(t time.Time) {
	p.Helper()
	_, err := p.replica.Settle(p.Context(), p.channel.ID, func(plan *keyplan.Plan) ([]keyplan.Record, error) {
		return p.planner.Through(p.Context(), p.channel.Channel, plan, p.clock.now(), t)
	})
	if err != nil {
		p.Fatal(err)
	}
}

func TestAPeriodThatWasServedKeepsItsKeyThoughAnotherReplicaWouldRenewIt(t *testing.T) {
	first := start(t, setup{})
	first.planTo(noon)
	second := start(t, setup{store: first.store, clock: first.clock})
	document := documentOf("live", indexes(unixNoon)...)
	want := first.success(document)
	second.renew(noon) // it does not know that the period was served
	for _, p := range []*provider{first, second} {
		if p.success(document) != want {
			t.Error("the period has another key")
		}
	}
}

func TestAPeriodThatNobodyWasServedIsServedWithTheKeyInTheRevokedOnesPlace(t *testing.T) {
	first := start(t, setup{})
	first.planTo(noon)
	second := start(t, setup{store: first.store, clock: first.clock})
	revoked, _ := first.replica.Plan("live").At(noon)
	second.renew(noon)
	second.renew(noon)
	// The first does not know, and finds out before it answers.
	got := first.answered(documentOf("live", indexes(unixNoon)...)).ContentKeys[0]
	if got.KID.Value == revoked.Keys[0].KID.String() {
		t.Error("the revoked KID is served")
	}
	first.requireKey(got, keyplan.KeyRef{Start: revoked.Start, Track: "VIDEO", Scheme: keyplan.CBCS, Generation: 2})
	if twin := second.answered(documentOf("live-dash", indexes(unixNoon)...)).ContentKeys[0]; twin.KID != got.KID {
		t.Errorf("the other content ID gets KID %s", twin.KID.Value)
	}
}

func TestKeysThatLeaveByTimeRangeAreIssued(t *testing.T) {
	p := start(t, setup{})
	p.planTo(noon)
	doc := p.ranged(speke.Range{Channel: "live", Scheme: keyplan.CBCS, From: noon, To: noon.Add(minute)})
	p.renew(noon)
	e, _ := p.replica.Plan("live").At(noon)
	if e.Generation != 0 || doc.ContentKeys[0].KID.Value != e.Keys[0].KID.String() {
		t.Error("a key that has left is renewed")
	}
}

func TestTheKeyInForceIsIssuedWhenItIsAskedFor(t *testing.T) {
	p := start(t, setup{})
	p.planTo(noon)
	entries, err := p.handler.Entries(t.Context(), speke.Indexed{ContentID: "live"})
	if err != nil {
		t.Fatal(err)
	}
	p.renew(entries[0].Start)
	if after, _ := p.replica.Plan("live").Starting(entries[0].Start); after.Generation != 0 {
		t.Error("a key that has left is renewed")
	}
}

// Packagers of two content IDs ask two servers while operators revoke on both.
func TestRacingPackagersGetOneKeyWhileItIsRevoked(t *testing.T) {
	for range 20 {
		store := memstore.New()
		servers := []*provider{start(t, setup{store: store, source: source.Random{}}), start(t, setup{store: store, source: source.Random{}})}
		servers[0].planTo(noon.Add(20 * minute))
		answers := make([]answer, 8)
		var racing sync.WaitGroup
		for i := range answers {
			document := documentOf([]string{"live", "live-dash"}[i/2%2], indexes(unixNoon+1)...)
			racing.Go(func() { answers[i] = servers[i%2].post("2.0", document) })
			if i%2 == 0 {
				racing.Go(func() {
					servers[0].renew(noon.Add(10 * minute))
				})
			}
		}
		racing.Wait()
		kids := map[string]bool{}
		for _, got := range answers {
			if got.status != http.StatusOK {
				t.Fatalf("%d %s", got.status, got.body)
			}
			kids[read(t, got.body).ContentKeys[0].KID.Value] = true
		}
		if len(kids) != 1 {
			t.Fatalf("packagers got %d KIDs", len(kids))
		}
	}
}
