package speke_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// repeated is a document in which one list has n more entries; % in an entry is its number.
func repeated(t *testing.T, list, entry string, n int) string {
	t.Helper()
	var entries strings.Builder
	for i := range n {
		entries.WriteString(strings.ReplaceAll(entry, "%", fmt.Sprintf("%08x", i)))
	}
	return edit(t, valid, "</cpix:"+list+">", entries.String()+"</cpix:"+list+">")
}

const (
	ms = time.Millisecond
	kb = 1_000 // bytes
)

// What is in the table of time and memory is what the race detector makes of it, on a machine
// that does little else. Ten times that is allowed, and 100 ms in any case.
func TestHostileDocumentsAreRefusedFastAndSmall(t *testing.T) {
	const key = `<cpix:ContentKey kid="%-0000-4000-8000-000000000000" commonEncryptionScheme="cbcs"/>`
	huge := edit(t, valid, `contentId="live"`, `contentId="`+strings.Repeat("a", 10_000_000)+`"`)
	refuser := newRefuser(t)
	for _, tc := range []struct {
		name     string
		document io.Reader
		status   int
		took     time.Duration
		kb       uint64 // allocated
	}{
		{"an entity bomb", strings.NewReader(strings.Replace(valid, "<cpix:CPIX", `<!DOCTYPE CPIX [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><cpix:CPIX id="&c;"`, 1)), 400, 1 * ms, 22},
		{"entities in a circle", strings.NewReader(strings.Replace(valid, "<cpix:CPIX", `<!DOCTYPE CPIX [<!ENTITY a "&b;"><!ENTITY b "&a;">]><cpix:CPIX id="&a;"`, 1)), 400, 1 * ms, 22},
		{"an attribute of 10 MB", strings.NewReader(huge), 413, 1 * ms, 3},
		{"the same in chunks", io.MultiReader(strings.NewReader(huge)), 413, 28 * ms, 8_400},
		{"an attribute of 1 MB", strings.NewReader(edit(t, valid, `contentId="live"`, `contentId="`+strings.Repeat("a", 1_000_000)+`"`)), 404, 15 * ms, 5_200},
		{"100,000 keys", strings.NewReader(repeated(t, "ContentKeyList", key, 100_000)), 413, 1 * ms, 3},
		{"as many keys as may come", strings.NewReader(repeated(t, "ContentKeyList", key, 11_000)), 422, 49 * ms, 8_200},
		{"one KID for all of them", strings.NewReader(repeated(t, "ContentKeyList", strings.ReplaceAll(key, "%", "00000000"), 11_000)), 422, 30 * ms, 6_700},
		{"nesting without end", strings.NewReader(strings.Repeat("<a>", 300_000)), 400, 15 * ms, 5_100},
		{"one ID for many periods", strings.NewReader(repeated(t, "ContentKeyPeriodList", `<cpix:ContentKeyPeriod id="now" index="1"/>`, 20_000)), 422, 44 * ms, 9_700},
		{"many systems", strings.NewReader(repeated(t, "DRMSystemList", `<cpix:DRMSystem kid="`+audioKID+`" systemId="00000000-0000-4000-8000-000000000000"/>`, 8_000)), 422, 35 * ms, 8_500},
		{"many rules", strings.NewReader(repeated(t, "ContentKeyUsageRuleList", `<cpix:ContentKeyUsageRule kid="`+audioKID+`" intendedTrackType="T%"/>`, 9_000)), 422, 55 * ms, 11_500},
		{"many filters", strings.NewReader(edit(t, valid, `<cpix:AudioFilter`, strings.Repeat(`<cpix:KeyPeriodFilter periodId="now"/>`, 20_000)+`<cpix:AudioFilter`)), 422, 34 * ms, 6_500},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := refuser.refuse(t, tc.document)
			if got.status != tc.status {
				t.Errorf("status %d", got.status)
			}
			if got.took > max(10*tc.took, 100*ms) {
				t.Errorf("it took %v", got.took)
			}
			if got.allocated > 10*tc.kb*kb {
				t.Errorf("%d bytes were allocated", got.allocated)
			}
		})
	}
}

// A refuser measures what refusing costs a handler, without a network.
type refuser struct{ *speke.Handler }

type refusal struct {
	status    int
	took      time.Duration
	allocated uint64 // bytes
}

func newRefuser(t *testing.T) refuser {
	t.Helper()
	planner := newPlanner(t, nil)
	return refuser{newHandler(t, speke.Config{
		Channels: []speke.Channel{liveChannel(t, tenMinutes)}, Ledger: ledger.NewReplica(ledger.Config{Store: memstore.New()}),
		Planner: planner, Sealer: planner.Sealer, Signaling: signals(signaling.Settings{}), Supports: supports,
		Caller: caller, Now: newClock(noon).now, Log: slog.New(slog.DiscardHandler),
	})}
}

func (h refuser) refuse(t *testing.T, document io.Reader) refusal {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", document)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	h.ServeHTTP(w, r)
	got := refusal{status: w.Code, took: time.Since(began)}
	runtime.ReadMemStats(&after)
	got.allocated = after.TotalAlloc - before.TotalAlloc
	t.Logf("%d %s: %v, %d bytes allocated", w.Code, w.Body, got.took.Round(time.Microsecond), got.allocated)
	return got
}
