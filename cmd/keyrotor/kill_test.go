package main_test

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	killRequests    = 1000
	killConnections = 16
	kills           = 3
)

// A siege asks a server for the same keys again and again, whatever becomes of it.
type siege struct {
	t    testing.TB
	addr atomic.Pointer[string] // where the server is now

	answered, failed atomic.Int64

	mu   sync.Mutex                // guards keys and all
	keys map[string][]string       // by track: each distinct KID, key and IV
	all  map[string]map[string]int // by document: how often each body came
}

// distinct counts the answers that differ, of the document that has most of them.
func (g *siege) distinct() int {
	most := 0
	for _, bodies := range g.all {
		most = max(most, len(bodies))
	}
	return most
}

func TestAPackagerGetsTheSameKeysWhileTheServerIsKilledAndRestarted(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, fixture)
	g := besiege(t, func() *process { return start(t, config) }, document(t, "open", week()))
	t.Logf("%d answers, %d connections refused or cut, %d distinct answers", g.answered.Load(), g.failed.Load(), g.distinct())
	if g.answered.Load() != killRequests || g.failed.Load() == 0 {
		t.Errorf("%d answers and %d failures, want %d and some", g.answered.Load(), g.failed.Load(), killRequests)
	}
	if g.distinct() != 1 {
		t.Errorf("%d distinct answers, want 1", g.distinct())
	}
	if diff := cmp.Diff([]string{"AUDIO", "VIDEO"}, slices.Sorted(maps.Keys(g.keys))); diff != "" {
		t.Errorf("tracks (-want +got):\n%s", diff)
	}
	for track, distinct := range g.keys {
		if len(distinct) != 1 {
			t.Errorf("track %s has %d distinct sets of KID, key and IV, want 1", track, len(distinct))
		}
	}
}

// Here the server is killed among decisions: each period is asked for ten times, by as many
// connections at once, and by the first of them is planned, bound or served.
func TestWhatWasAnsweredStandsWhenTheServerIsKilledWhileItDecides(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, fixture)
	var documents []string
	for n := range uint32(100) {
		documents = append(documents, document(t, "open", week()+n))
	}
	g := besiege(t, func() *process { return start(t, config) }, documents...)
	t.Logf("%d answers for %d periods, %d connections refused or cut, %d distinct answers for one period",
		g.answered.Load(), len(g.all), g.failed.Load(), g.distinct())
	if g.answered.Load() != killRequests || g.failed.Load() == 0 || len(g.all) != len(documents) || g.distinct() != 1 {
		t.Errorf("want %d answers for %d periods, some failures, and one answer for each", killRequests, len(documents))
	}
}

// A store that is lost with the process gives other keys: the siege would see it.
func TestASiegeSeesKeysThatChange(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, fixture)
	g := besiege(t, func() *process {
		if err := os.RemoveAll(filepath.Join(folder, "data")); err != nil {
			t.Fatal(err)
		}
		return start(t, config)
	}, document(t, "open", week()))
	if g.distinct() != 1+kills {
		t.Errorf("%d distinct answers from %d stores", g.distinct(), 1+kills)
	}
}

// besiege starts a server, asks it for each document an equal number of times, one after the
// other, and kills and restarts it each time that a quarter of the answers has come.
func besiege(t testing.TB, start func() *process, documents ...string) *siege {
	g := &siege{t: t, keys: map[string][]string{}, all: map[string]map[string]int{}}
	server := start()
	g.addr.Store(&server.addr)
	var packagers sync.WaitGroup
	var tickets atomic.Int64
	for range killConnections {
		packagers.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
			defer client.CloseIdleConnections()
			for n := tickets.Add(1); n <= killRequests; n = tickets.Add(1) {
				g.ask(client, documents[(n-1)*int64(len(documents))/killRequests])
			}
		})
	}
	for n := range kills {
		for g.answered.Load() < int64(n+1)*killRequests/(kills+1) {
			time.Sleep(time.Millisecond)
		}
		server.kill()
		server = start()
		g.addr.Store(&server.addr)
	}
	packagers.Wait()
	server.terminate()
	return g
}

// ask asks until there is an answer.
func (g *siege) ask(client *http.Client, document string) {
	for {
		body, err := g.once(client, document)
		if err == nil {
			g.note(document, body)
			return
		}
		g.failed.Add(1)
		time.Sleep(5 * time.Millisecond)
	}
}

func (g *siege) once(client *http.Client, document string) (string, error) {
	r, err := http.NewRequest("POST", "http://"+*g.addr.Load()+spekePath, strings.NewReader(document))
	if err != nil {
		return "", err
	}
	callers["packager"](r)
	resp, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		g.t.Errorf("status %d: %s", resp.StatusCode, body)
	}
	return string(body), err
}

func (g *siege) note(document, body string) {
	g.answered.Add(1)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all[document] == nil {
		g.all[document] = map[string]int{}
	}
	if g.all[document][body]++; g.all[document][body] > 1 {
		return
	}
	for _, k := range parse(g.t, body).keys {
		if set := k.KID + k.key + k.iv; !slices.Contains(g.keys[k.track], set) {
			g.keys[k.track] = append(g.keys[k.track], set)
		}
	}
}
