package main_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

// A shared store outlives the servers on it.
type shared struct{ *memstore.Store }

func (shared) Close() error { return nil }

// serveOver runs a server on a store that others use too, or the test.
func serveOver(t *testing.T, yaml string, store interface {
	ledger.Store
	Close() error
}, sealer keyplan.Sealer) *server {
	t.Helper()
	config := load(t, yaml)
	s := &server{t: t, logs: &logBuffer{}}
	app, err := keyrotor.NewAppOver(t.Context(), config, store, sealer, time.Now, keyrotor.NewLogger(config.Log, s.logs))
	if err != nil {
		t.Fatal(err)
	}
	s.App, s.url = app, "http://"+app.Addr()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	s.await(func() bool { return s.get("/readyz", "").status == http.StatusOK })
	return s
}

// names reports whether a face of the server names a KID as one that may be licensed, or
// licenses it to who has this token.
func (s *server) names(kid, token string) bool {
	s.t.Helper()
	if s.license("open", token, kid).status == http.StatusOK {
		return true
	}
	var doc struct {
		Current period
		Coming  []period
	}
	s.decode(s.get("/v1/channels/open/announcement", ""), &doc)
	for _, p := range append(doc.Coming, doc.Current) {
		for _, k := range p.Keys {
			if k.KID == kid {
				return true
			}
		}
	}
	return slices.Contains(s.issued(`{}`), kid)
}

func TestARevokedKIDIsInNoFaceOfAnotherServerWithinMaxStaleness(t *testing.T) {
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	store := shared{memstore.New()}
	const yaml = fixture + "license: {clearkey: true}\n"
	one, other := serveOver(t, yaml, store, sealer), serveOver(t, yaml, store, sealer)
	served := one.periods("open", "")[0].Keys[0].KID
	if a := one.send(one.speke("packager", document(t, "open", week()))); a.status != http.StatusOK || !strings.Contains(a.body, served) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	coming := one.periods("open", "")[1].Keys[0].KID
	for kid, body := range map[string]string{
		served: `{"kid":"` + served + `","reason":"a test","immediate":true}`,
		coming: `{"kid":"` + coming + `","reason":"a test"}`,
	} {
		token := other.playerToken("open", `{"kids":["`+kid+`"]}`)
		if other.license("open", token, kid).status != http.StatusOK {
			t.Fatal("the other server does not license the KID before")
		}
		var revoked told
		one.decode(one.order("revoke", "", body), &revoked)
		acknowledged := time.Now()
		for other.names(kid, token) && time.Since(acknowledged) < 2*keyplan.MaxStaleness {
			time.Sleep(10 * time.Millisecond)
		}
		if late := time.Since(acknowledged); late > keyplan.MaxStaleness {
			t.Errorf("after %v the other server names KID %s", late, kid)
		} else {
			t.Logf("the other server knew after %v", late.Round(time.Millisecond))
		}
		if revoked.Renewed != nil && other.periods("open", "")[1].Keys[0].KID != revoked.Renewed.KID {
			t.Error("the other server has another key in its place")
		}
	}
}
