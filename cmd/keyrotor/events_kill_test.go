package main_test

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// quick announces a period of channel open in each second.
var quick = strings.Replace(fixture, "every: 168h}, ahead: 4", "every: 1s}, ahead: 3, lead: 1s", 1)

// A loyal client follows channel open wherever the server is, and comes back with the ID of
// the last event that it got.
type loyal struct {
	addr *atomic.Pointer[string]
	ids  []string
	lost int // connections that were lost or refused
	odd  []event
	got  *atomic.Int64 // events that all clients got
}

func (l *loyal) follow(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for ctx.Err() == nil {
		l.once(ctx, client)
		l.lost++
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (l *loyal) once(ctx context.Context, client *http.Client) {
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+*l.addr.Load()+"/v1/channels/open/events?after=0", nil)
	if err != nil {
		return
	}
	if n := len(l.ids); n > 0 {
		r.Header.Set("Last-Event-ID", l.ids[n-1])
	}
	resp, err := client.Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	st := stream{resp, bufio.NewScanner(resp.Body)}
	for e, ok := st.next(); ok; e, ok = st.next() {
		switch {
		case e.id != "":
			l.ids = append(l.ids, e.id)
			l.got.Add(1)
		case e.name != "begun" && e.name != "ended":
			l.odd = append(l.odd, e)
		}
	}
}

// Each kill comes at another distance from the last event.
func TestAServerThatIsKilledLosesAndRepeatsNothingForClientsThatResume(t *testing.T) {
	const clients, events = 20, 4
	config := write(t, t.TempDir(), quick)
	server := start(t, config)
	var addr atomic.Pointer[string]
	addr.Store(&server.addr)
	var got atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	all := make([]*loyal, clients)
	var following sync.WaitGroup
	for i := range all {
		all[i] = &loyal{addr: &addr, got: &got}
		following.Go(func() { all[i].follow(ctx) })
	}
	for n := range kills {
		await(t, "all events", func() bool { return got.Load() >= int64(clients*events*(n+1)) })
		time.Sleep(time.Duration(n) * 300 * time.Millisecond)
		server.kill()
		server = start(t, config)
		addr.Store(&server.addr)
	}
	await(t, "all events", func() bool { return got.Load() >= clients*events*(kills+1) })
	stop()
	following.Wait()
	server.terminate()
	for i, l := range all {
		for n, id := range l.ids {
			if id != strconv.Itoa(n+1) {
				t.Errorf("client %d got %v", i, l.ids)
				break
			}
		}
		if len(l.odd) > 0 || l.lost < kills || len(l.ids) < events*kills {
			t.Errorf("client %d: %d events, %d connections lost, and it got %v", i, len(l.ids), l.lost, l.odd)
		}
	}
	t.Logf("%d clients got %d events in all across %d kills", clients, got.Load(), kills)
}
