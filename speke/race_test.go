package speke_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/speke"
)

// Ten thousand requests over 32 connections, to two servers on one cold store, for a period
// that nobody has planned, while keys are drawn at random.
func TestTenThousandRacingRequestsGetOneAnswer(t *testing.T) {
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "keyrotor.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	servers := []*provider{start(t, setup{store: store, source: source.Random{}}), start(t, setup{store: store, source: source.Random{}})}
	const connections, requests = 32, 10_000
	document := documentOf("live", indexes(unixNoon+60)...)
	var next, failed atomic.Int32
	var answers sync.Map
	var racing sync.WaitGroup
	for i := range connections {
		client := http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
		racing.Go(func() {
			defer client.CloseIdleConnections()
			for next.Add(1) <= requests {
				got, err := postBy(&client, servers[i%2].url, document)
				if err != nil || got.status != http.StatusOK {
					failed.Add(1)
					continue
				}
				answers.Store(got.body, true)
			}
		})
	}
	racing.Wait()
	distinct := 0
	answers.Range(func(any, any) bool { distinct++; return true })
	if distinct != 1 || failed.Load() != 0 {
		t.Errorf("%d answers, %d failed", distinct, failed.Load())
	}
	recs := records(t, store, "live")
	want := keyplan.Served{ContentID: "live", Index: unixNoon + 60}.Record().Name
	if served := named(recs, "served/"); len(served) != 1 || served[0] != want {
		t.Errorf("served %q", served)
	}
	if bound := named(recs, "bind/"); len(bound) != 1 {
		t.Errorf("bound %q", bound)
	}
}

// everyDocument asks for whatever a version may have of every system, in one period.
func everyDocument(t *testing.T) map[string]string {
	t.Helper()
	var systems strings.Builder
	for _, id := range []string{widevine, playReady, fairPlay, "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b", "e2719d58-a985-b3c9-781a-b030af78d30e"} {
		systems.WriteString(`<cpix:DRMSystem kid="` + videoKID + `" systemId="` + id + `"><cpix:PSSH/><cpix:ContentProtectionData/>` +
			`<cpix:HLSSignalingData playlist="media"/><cpix:HLSSignalingData playlist="master"/><cpix:SmoothStreamingProtectionHeaderData/></cpix:DRMSystem>`)
	}
	v20 := edit(t, valid, "<cpix:DRMSystemList>", "<cpix:DRMSystemList>"+systems.String())
	return map[string]string{
		"1.0": v1(widevine, playReady, fairPlay, unheardOf), "1.0 AES-128": v1(aes128),
		"2.0": v20, "2.1": edit(t, v20, `version="2.3"`, `version="2.4"`, `index="2953944"`, clocked("12:00:00Z", "12:10:00Z")),
		"2.0 cenc":   edit(t, edit(t, v20, `"cbcs"`, `"cenc"`), `<cpix:DRMSystem kid="[^"]*" systemId="94ce86fb[^"]*">.*?</cpix:DRMSystem>`, ""),
		"2.0 static": edit(t, v20, "<cpix:ContentKeyPeriodList>.*</cpix:ContentKeyPeriodList>", "", `<cpix:KeyPeriodFilter periodId="now"/>`, ""),
	}
}

func TestEverySystemAndVersionIsAnsweredTheSameByEveryServerAndForEver(t *testing.T) {
	ch := liveChannel(t, tenMinutes)
	ch.Tracks = append([]keyplan.Track{"ALL"}, ch.Tracks...)
	ch.Schemes = append(ch.Schemes, keyplan.CBC1)
	channels := []speke.Channel{ch}
	path := filepath.Join(t.TempDir(), "keyrotor.db")
	before := map[string]string{}
	for range 2 { // a restart
		store, err := boltstore.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		one := start(t, setup{store: store, source: source.Random{}, channels: channels, signaling: &everything})
		two := start(t, setup{store: store, source: source.Random{}, channels: channels, signaling: &everything})
		for version, document := range everyDocument(t) {
			first, second := one.spoken(document), two.spoken(document)
			if first != second || one.spoken(document) != first {
				t.Errorf("%s: two servers answer otherwise", version)
			}
			if was := before[version]; was != "" && was != first {
				t.Errorf("%s: after a restart another answer", version)
			}
			before[version] = first
		}
		one.stop()
		two.stop()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// spoken sends a document without a header, so that it says itself which version it is.
func (p *provider) spoken(document string) string {
	p.Helper()
	got := p.post("", document)
	if got.status != http.StatusOK {
		p.Fatalf("%d %q", got.status, got.body)
	}
	return got.body
}
