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
	body string

	answered, failed atomic.Int64

	mu   sync.Mutex          // guards keys and all
	keys map[string][]string // by track: each distinct KID, key and IV
	all  map[string]int      // how often each body came
}

func TestAPackagerGetsTheSameKeysWhileTheServerIsKilledAndRestarted(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, fixture)
	g := besiege(t, func() *process { return start(t, config) })
	t.Logf("%d answers, %d connections refused or cut, %d distinct answers", g.answered.Load(), g.failed.Load(), len(g.all))
	if g.answered.Load() != killRequests || g.failed.Load() == 0 {
		t.Errorf("%d answers and %d failures, want %d and some", g.answered.Load(), g.failed.Load(), killRequests)
	}
	if len(g.all) != 1 {
		t.Errorf("%d distinct answers, want 1", len(g.all))
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

// A store that is lost with the process gives other keys: the siege would see it.
func TestASiegeSeesKeysThatChange(t *testing.T) {
	folder := t.TempDir()
	config := write(t, folder, fixture)
	g := besiege(t, func() *process {
		if err := os.RemoveAll(filepath.Join(folder, "data")); err != nil {
			t.Fatal(err)
		}
		return start(t, config)
	})
	if len(g.all) != 1+kills {
		t.Errorf("%d distinct answers from %d stores", len(g.all), 1+kills)
	}
}

// besiege starts a server, and kills and restarts it each time that a quarter of the
// answers has come.
func besiege(t testing.TB, start func() *process) *siege {
	g := &siege{t: t, body: document(t, "open", week()), keys: map[string][]string{}, all: map[string]int{}}
	server := start()
	g.addr.Store(&server.addr)
	var packagers sync.WaitGroup
	var tickets atomic.Int64
	for range killConnections {
		packagers.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
			defer client.CloseIdleConnections()
			for tickets.Add(1) <= killRequests {
				g.ask(client)
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
func (g *siege) ask(client *http.Client) {
	for {
		body, err := g.once(client)
		if err == nil {
			g.note(body)
			return
		}
		g.failed.Add(1)
		time.Sleep(5 * time.Millisecond)
	}
}

func (g *siege) once(client *http.Client) (string, error) {
	r, err := http.NewRequest("POST", "http://"+*g.addr.Load()+spekePath, strings.NewReader(g.body))
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

func (g *siege) note(body string) {
	g.answered.Add(1)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all[body]++; g.all[body] > 1 {
		return
	}
	for _, k := range parse(g.t, body).keys {
		if set := k.KID + k.key + k.iv; !slices.Contains(g.keys[k.track], set) {
			g.keys[k.track] = append(g.keys[k.track], set)
		}
	}
}
