package speke_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

func TestWithoutTheStoreKnownPeriodsAreServed(t *testing.T) {
	store := &distant{Store: memstore.New()}
	p := start(t, setup{store: store, source: source.Random{}})
	answers := map[string]string{}
	served := documentOf("live", indexes(unixNoon, unixNoon+1, unixNoon+2)...)
	answers[served] = p.success(served)
	store.cut.Store(true)
	if p.success(served) != answers[served] {
		t.Error("what was served before is answered otherwise")
	}
	planned := documentOf("live", indexes(unixNoon-1)...)
	answers[planned] = p.success(planned)
	store.cut.Store(false)
	again := start(t, setup{store: store, source: source.Random{}})
	for document, before := range answers {
		if p.success(document) != before || again.success(document) != before {
			t.Error("once the store is back, the answer is another")
		}
	}
}

func TestWithoutTheStoreNothingIsGuessed(t *testing.T) {
	store := &distant{Store: memstore.New()}
	p := start(t, setup{store: store})
	p.starts("live", unixNoon)
	store.cut.Store(true)
	for name, document := range map[string]string{
		"a period that is not planned":         documentOf("live", indexes(unixNoon+5)...),
		"one of them is not planned":           documentOf("live", indexes(unixNoon, unixNoon+5)...),
		"a content ID that is not bound":       documentOf("live-dash", indexes(unixNoon)...),
		"a content ID that would be anchored":  documentOf("live-dash", indexes(7)...),
		"several, in a document of many parts": documentOf("live", indexes(unixNoon+9, unixNoon+8)...),
	} {
		t.Run(name, func(t *testing.T) {
			got := p.post("2.0", document)
			if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") != "1" {
				t.Errorf("status %d, Retry-After %q", got.status, got.header.Get("Retry-After"))
			}
			requireHeaders(t, got.header, "text/plain; charset=utf-8", "2.0")
		})
	}
	p.refused(documentOf("live", indexes(unixNoon+5000)...), http.StatusUnprocessableEntity, unsupportedP0)
	store.cut.Store(false)
	if got := p.starts("live-dash", unixNoon+1); !got[0].Equal(at("12:10")) {
		t.Errorf("once the store is back: %s", got[0])
	}
}

func TestWithoutTheStoreAColdProviderAnswersNothing(t *testing.T) {
	store := &distant{Store: memstore.New()}
	p := start(t, setup{store: store})
	store.cut.Store(true)
	if got := p.post("2.0", valid); got.status != http.StatusServiceUnavailable {
		t.Errorf("status %d", got.status)
	}
}

// A configured binding is no guess: it counts without the store.
func TestWithoutTheStoreAConfiguredBindingCounts(t *testing.T) {
	store := &distant{Store: memstore.New()}
	p := start(t, setup{store: store})
	p.starts("live", unixNoon)
	ten := speke.BindingConfig{Index: new(uint32(10)), At: new(noon)}
	p = start(t, setup{store: store, channels: []speke.Channel{bound(liveChannel(t, tenMinutes), ten)}})
	store.cut.Store(true)
	if diff := cmp.Diff([]time.Time{noon, noon}, p.starts("live", 10, unixNoon)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	store.cut.Store(false)
	p.stop()
	if diff := cmp.Diff([]keyplan.BindingKind{keyplan.BoundUnix, keyplan.BoundConfigured}, bindings(t, p)); diff != "" {
		t.Errorf("bindings kept once the store is back (-want +got)\n%s", diff)
	}
}

func TestWhatWasServedWithoutTheStoreIsRecordedOnceItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &distant{Store: memstore.New()}
		p := prepare(t, setup{store: store})
		first := p.direct(documentOf("live", indexes(unixNoon+1)...))
		store.cut.Store(true)
		if got := p.direct(documentOf("live", indexes(unixNoon)...)); got.status != first.status {
			t.Fatalf("status %d", got.status)
		}
		time.Sleep(minute)
		if got := named(records(t, p.store, "live"), "served/"); len(got) != 1 {
			t.Errorf("kept while the store is away: %q", got)
		}
		store.cut.Store(false)
		time.Sleep(2 * time.Second)
		want := []string{
			keyplan.Served{ContentID: "live", Index: unixNoon}.Record().Name,
			keyplan.Served{ContentID: "live", Index: unixNoon + 1}.Record().Name,
		}
		if diff := cmp.Diff(want, named(records(t, p.store, "live"), "served/")); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		p.stop()
	})
}

func TestAStoreThatHangsDelaysAnAnswerButDoesNotPreventIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &distant{Store: memstore.New()}
		p := prepare(t, setup{store: store})
		p.direct(documentOf("live", indexes(unixNoon+1)...))
		store.hung.Store(true)
		for document, status := range map[string]int{
			documentOf("live", indexes(unixNoon)...):   http.StatusOK,
			documentOf("live", indexes(unixNoon+1)...): http.StatusOK,
			documentOf("live", indexes(unixNoon+9)...): http.StatusServiceUnavailable,
		} {
			began := time.Now()
			if got := p.direct(document); got.status != status {
				t.Errorf("status %d, want %d", got.status, status)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		}
		p.stop() // must end, although nothing can be kept
	})
}

func TestAPeriodWhoseKeepEndsWhileItIsRecordedIsNotServed(t *testing.T) {
	store := &distant{Store: memstore.New()}
	p := start(t, setup{store: store})
	p.starts("live", unixNoon+1)
	p.clock.set(at("12:10").Add(24 * time.Hour))
	p.starts("live", unixNoon+145)
	store.late.Store(new(func() { p.clock.forward(1) }))
	p.refused(documentOf("live", indexes(unixNoon)...), http.StatusUnprocessableEntity, unsupportedP0)
}

func TestAKeyThatDoesNotOpenIsNotAnswered(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	other := prepare(t, setup{store: p.store})
	sealed := other.planner.Sealer
	broken := newHandler(t, speke.Config{
		Channels: []speke.Channel{other.channel}, Ledger: other.replica, Planner: other.planner, Sealer: elsewhere{sealed},
		Signaling: p.signaling, Supports: supports, Caller: caller, Now: other.clock.now, Log: slog.New(slog.DiscardHandler),
	})
	w := httptest.NewRecorder()
	broken.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(valid)))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
	p.requireNoKey("an error", w.Body.String())
}

// elsewhere opens as if keys stood at another place: they do not open there.
type elsewhere struct{ keyplan.Sealer }

func (e elsewhere) Open(ctx context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error) {
	at.Channel += "-other"
	return e.Sealer.Open(ctx, at, kid, sealed)
}
