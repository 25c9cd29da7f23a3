package main_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// A server is the real app over a folder of its own, in this process.
type server struct {
	*keyrotor.App
	t    testing.TB
	url  string
	logs *logBuffer
	// stop asks the app to end and waits for it. It may be called twice.
	stop func() error
}

// serve runs an app with the configuration until the test ends.
func serve(t testing.TB, yaml string) *server {
	t.Helper()
	s := assemble(t, yaml)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	s.await(func() bool { return s.get("/readyz", "").status == http.StatusOK })
	return s
}

// assemble makes an app that listens and does not run. FOLDER in the configuration stands
// for a new one.
func assemble(t testing.TB, yaml string) *server {
	t.Helper()
	config := load(t, yaml)
	s := &server{t: t, logs: &logBuffer{}}
	app, err := keyrotor.NewApp(t.Context(), config, time.Now, keyrotor.NewLogger(config.Log, s.logs))
	if err != nil {
		t.Fatal(err)
	}
	s.App, s.url = app, "http://"+app.Addr()
	return s
}

func load(t testing.TB, yaml string) *keyrotor.Config {
	t.Helper()
	config, err := keyrotor.LoadConfig(write(t, t.TempDir(), yaml))
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// write keeps a configuration in folder, which FOLDER in it stands for.
func write(t testing.TB, folder, yaml string) string {
	t.Helper()
	path := filepath.Join(folder, "keyrotor.yaml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(yaml, "FOLDER", folder)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// await polls until reached is true, or fails after ten seconds.
func (s *server) await(reached func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not reached in 10 s; the log:\n%s", s.logs)
		}
	}
}

// A logBuffer is a log that is read while it is written.
type logBuffer struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// An answer is what the server said, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// get asks as who (see callers).
func (s *server) get(path, who string) answer { return s.send(s.request("GET", path, who, "")) }

// request makes one with the credential of who; "" shows none.
func (s *server) request(method, path, who, body string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if show := callers[who]; show != nil {
		show(r)
	}
	return r
}

func (s *server) send(r *http.Request) answer {
	s.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}
