package speke_test

import (
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

func TestTheSameRequestGetsTheSameAnswerForEver(t *testing.T) {
	p := start(t, setup{source: source.Random{}})
	first := p.success(valid)
	if p.success(valid) != first {
		t.Error("the second answer is another")
	}
	p.clock.forward(20 * minute)
	if p.success(valid) != first {
		t.Error("a later answer is another")
	}
	again := start(t, setup{store: p.store, source: source.Random{}, clock: p.clock})
	if again.success(valid) != first {
		t.Error("after a restart the answer is another")
	}
}

// success sends a document and gives the body of the answer.
func (p *provider) success(document string) string {
	p.Helper()
	got := p.post("2.0", document)
	if got.status != http.StatusOK {
		p.Fatalf("%d %q", got.status, got.body)
	}
	return got.body
}

func TestAnAnswerOutlivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyrotor.db")
	var answers []string
	for range 2 {
		store, err := boltstore.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		p := start(t, setup{store: store, source: source.Random{}})
		answers = append(answers, p.success(valid))
		p.stop()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if answers[0] != answers[1] {
		t.Error("with the same file, another answer")
	}
}

func TestAServedIndexKeepsItsEntryUnderAnotherPolicy(t *testing.T) {
	p := start(t, setup{})
	index := uint32(7)
	want := p.starts("live", index, index+1, index+9)
	for _, pol := range []string{
		"{rotate: {every: 10m}, packager_interval: 5m}",
		"{rotate: {every: 1h}}",
		"{rotate: {cron: '*/7 * * * *'}, packager_interval: 1m}",
	} {
		p = start(t, setup{store: p.store, clock: p.clock, channels: []speke.Channel{liveChannel(t, pol)}})
		if diff := cmp.Diff(want, p.starts("live", index, index+1, index+9)); diff != "" {
			t.Errorf("under %s (-want +got)\n%s", pol, diff)
		}
	}
}

// The second replica follows nothing of what the first does after both have started.
func TestAServedIndexKeepsItsEntryOnAReplicaThatKnowsLess(t *testing.T) {
	for _, pol := range []string{tenMinutes, "{rotate: {every: 10m}, packager_interval: 5m}", "{rotate: {every: 30m}}"} {
		first := start(t, setup{channels: []speke.Channel{bound(liveChannel(t, tenMinutes), speke.BindingConfig{Unix: true})}})
		other := bound(liveChannel(t, pol), speke.BindingConfig{Index: new(uint32(unixNoon)), At: new(noon)})
		second := start(t, setup{store: first.store, channels: []speke.Channel{other}})
		document := documentOf("live", indexes(unixNoon, unixNoon+9, unixNoon+20)...)
		if first.success(document) != second.success(document) {
			t.Errorf("under %s the second replica answers otherwise", pol)
		}
	}
}

func TestReplicasThatRaceOnAColdStoreGiveOneAnswer(t *testing.T) {
	for name, document := range map[string]string{
		"counted from the epoch": valid,
		"anchored":               documentOf("live", indexes(7, 8, 9, 12)...),
		"extending the plan":     documentOf("live", indexes(unixNoon, unixNoon+1, unixNoon+100)...),
	} {
		store := memstore.New()
		providers := make([]*provider, 4)
		for i := range providers {
			providers[i] = start(t, setup{store: store, source: source.Random{}})
		}
		answers := make([]answer, 32)
		var racing sync.WaitGroup
		for i := range answers {
			racing.Go(func() { answers[i] = providers[i%len(providers)].post("2.0", document) })
		}
		racing.Wait()
		for i, got := range answers {
			if got.status != http.StatusOK || got.body != answers[0].body {
				t.Fatalf("%s: answer %d has status %d and is another than the first", name, i, got.status)
			}
		}
	}
}

// Any two handlers over one store answer the same to whatever both answer, whatever their
// packagers ask and however far one is ahead of the other.
func TestLawTwoHandlersOverOneStoreAnswerTheSame(t *testing.T) {
	policies := []string{tenMinutes, "{rotate: {every: 1m}, packager_interval: 7m}", "{rotate: {cron: '*/5 * * * *'}, packager_interval: 10m}"}
	rapid.Check(t, func(r *rapid.T) {
		var store ledger.Store = memstore.New()
		clock := newClock(noon)
		ch := liveChannel(t, rapid.SampledFrom(policies).Draw(r, "policy"))
		ch.Tracks, ch.Schemes = ch.Tracks[:1], ch.Schemes[:1]
		channels := []speke.Channel{ch}
		pair := [2]*provider{}
		for i := range pair {
			pair[i] = prepare(t, setup{store: store, source: source.Random{}, clock: clock, channels: channels})
		}
		base := rapid.SampledFrom([]uint32{7, 0, 4294967295, unixNoon}).Draw(r, "base")
		for range rapid.IntRange(1, 5).Draw(r, "requests") {
			clock.forward(time.Duration(rapid.IntRange(0, 2000).Draw(r, "seconds")) * time.Second)
			offsets := rapid.SliceOfN(rapid.Uint32Range(0, 12), 1, 4).Draw(r, "offsets")
			for i := range offsets {
				offsets[i] += base
			}
			document := documentOf(rapid.SampledFrom([]string{"live", "live-dash"}).Draw(r, "content ID"), indexes(offsets...)...)
			one := rapid.IntRange(0, 1).Draw(r, "first")
			first, second := pair[one].direct(document), pair[1-one].direct(document)
			if first != second {
				r.Fatalf("one answers %d, the other %d, and not the same", first.status, second.status)
			}
		}
	})
}
