package speke_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// seen gives the names of observations for a packager called "encryptor".
func seen(t *testing.T, start string, ks ...int) []string {
	t.Helper()
	var names []string
	for _, k := range ks {
		names = append(names, keyplan.Seen{Start: at(start), Packager: "encryptor", K: k}.Record().Name)
	}
	return names
}

func TestWhoAskedForAnEntryIsRecordedOnceForEachInterval(t *testing.T) {
	p := start(t, setup{clock: newClock(at("11:59"))})
	p.starts("live", unixNoon)
	p.starts("live", unixNoon)
	p.clock.set(at("12:00"))
	p.starts("live", unixNoon)
	p.clock.set(at("12:09"))
	p.starts("live", unixNoon)
	p.clock.set(at("12:25"))
	p.starts("live", unixNoon, unixNoon+2)
	p.stop()
	want := append(seen(t, "12:00", -1, 0, 2), seen(t, "12:20", 0)...)
	if diff := cmp.Diff(want, named(records(t, p.store, "live"), "seen/")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for _, r := range records(t, p.store, "live") {
		if fact, err := keyplan.Decode(r); r.Name == seen(t, "12:00", 0)[0] {
			if at0 := fact.(keyplan.Seen).At; err != nil || !at0.Equal(at("12:00")) {
				t.Errorf("seen at %s, want the first ask: %v", at0, err)
			}
		}
	}
}

func TestARefusedRequestIsNoObservation(t *testing.T) {
	p := start(t, setup{})
	p.starts("live", unixNoon)
	p.post("2.0", documentOf("live", indexes(unixNoon+1, unixNoon+5000)...))
	p.stop()
	if diff := cmp.Diff(seen(t, "12:00", 0), named(records(t, p.store, "live"), "seen/")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSeveralIndexesOfOneEntryAreOneObservation(t *testing.T) {
	p := start(t, setup{})
	p.answered(valid) // two tracks of one period
	p.stop()
	if diff := cmp.Diff(seen(t, "12:00", 0), named(records(t, p.store, "live"), "seen/")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestThePackagersFirstIVIsRecorded(t *testing.T) {
	first, second := bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{2}, 16)
	text := base64.StdEncoding.EncodeToString
	p := start(t, setup{})
	doc := p.answered(documentOf("live", ask{index: unixNoon, iv: base64.RawStdEncoding.EncodeToString(first)}))
	p.answered(documentOf("live", ask{index: unixNoon, iv: text(second)}))
	p.answered(documentOf("live", ask{index: unixNoon}))
	p.refused(documentOf("live", ask{index: unixNoon + 1, iv: text(first[:8])}), http.StatusUnprocessableEntity, malformedContract)
	p.refused(documentOf("live", ask{index: unixNoon + 2, iv: "no base64"}), http.StatusUnprocessableEntity, malformedContract)
	p.answered(documentOf("live", ask{index: unixNoon + 3}))
	p.stop()
	kid, err := keyplan.ParseKID(doc.ContentKeys[0].KID.Value)
	if err != nil {
		t.Fatal(err)
	}
	var got []keyplan.Fact
	for _, r := range records(t, p.store, "live") {
		fact, err := keyplan.Decode(r)
		if err != nil {
			t.Fatal(err)
		}
		if iv, ok := fact.(keyplan.PackagerIV); ok {
			got = append(got, iv)
		}
	}
	want := []keyplan.Fact{keyplan.PackagerIV{KID: kid, IV: first, Start: noon}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAnIVThatAPackagerBroughtIsNotForOthers(t *testing.T) {
	p := start(t, setup{})
	ours := documentOf("live", ask{index: unixNoon})
	before := p.success(ours)
	p.success(documentOf("live", ask{index: unixNoon, iv: "AQEBAQEBAQEBAQEBAQEBAQ=="}))
	p.stop()
	if p.success(ours) != before {
		t.Error("the answer to a packager without an IV of its own changed")
	}
	again := start(t, setup{store: p.store})
	if again.success(ours) != before {
		t.Error("the answer changed with a restart")
	}
}

func TestTheEndOfRunKeepsWhatWaits(t *testing.T) {
	for range 20 {
		p := start(t, setup{})
		p.starts("live", unixNoon)
		p.stop()
		if got := named(records(t, p.store, "live"), "seen/"); len(got) != 1 {
			t.Fatalf("kept %q", got)
		}
	}
}

func TestWithoutRunAnswersAreStillGiven(t *testing.T) {
	p := start(t, setup{})
	p.stop()
	for i := range uint32(20) {
		p.starts("live", unixNoon+i)
	}
}

func TestAPlannedPeriodNeedsTheStoreOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &distant{Store: memstore.New()}
		p := prepare(t, setup{store: store})
		document := documentOf("live", ask{index: unixNoon, iv: "AQEBAQEBAQEBAQEBAQEBAQ=="})
		first := p.direct(document)
		synctest.Wait()
		store.late.Store(new(func() { t.Error("the store is asked to keep what it has") }))
		if p.direct(document) != first {
			t.Error("another answer")
		}
		synctest.Wait()
		p.stop()
	})
}

func TestOfTwoIVsThatWaitForTheStoreTheFirstCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &distant{Store: memstore.New()}
		p := prepare(t, setup{store: store})
		p.direct(documentOf("live", ask{index: unixNoon}))
		synctest.Wait()
		store.cut.Store(true)
		for _, iv := range []string{"AQEBAQEBAQEBAQEBAQEBAQ==", "AgICAgICAgICAgICAgICAg=="} {
			p.direct(documentOf("live", ask{index: unixNoon, iv: iv}))
			synctest.Wait()
		}
		store.cut.Store(false)
		p.stop()
		for _, r := range records(t, p.store, "live") {
			fact, err := keyplan.Decode(r)
			if err != nil {
				t.Fatal(err)
			}
			if iv, ok := fact.(keyplan.PackagerIV); ok && iv.IV[0] != 1 {
				t.Error("the second was kept")
			}
		}
		if n := len(named(records(t, p.store, "live"), "iv/")); n != 1 {
			t.Errorf("%d IVs are kept", n)
		}
	})
}

func TestAnOutageIsLoggedWhenItBeginsAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &distant{Store: memstore.New()}
		p := prepare(t, setup{store: store})
		indexes := []uint32{unixNoon, unixNoon + 1, unixNoon + 2}
		for _, index := range indexes {
			p.direct(documentOf("live", ask{index: index}))
		}
		synctest.Wait()
		store.cut.Store(true)
		p.clock.forward(10 * minute) // each ask is another observation
		for range 20 {
			for _, index := range indexes {
				p.direct(documentOf("live", ask{index: index}))
			}
			time.Sleep(100 * time.Millisecond)
		}
		store.cut.Store(false)
		time.Sleep(2 * time.Second)
		p.stop()
		for _, line := range []string{"records wait: store unavailable", "records written: store is back"} {
			if n := strings.Count(p.log.String(), line); n != 1 {
				t.Errorf("%q is logged %d times", line, n)
			}
		}
	})
}
