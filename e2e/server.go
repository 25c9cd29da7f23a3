package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A Server is a keyrotor process.
type Server struct {
	URL     string
	process *exec.Cmd
	exited  chan struct{}
}

// Serve builds keyrotor and runs it in an empty folder with a configuration, which should
// leave the port to the kernel. It is stopped when the test ends, and has to stop cleanly.
func Serve(t testing.TB, config string) *Server {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "keyrotor")
	run(t, "go", "build", "-buildvcs=false", "-o", binary, "../cmd/keyrotor")
	if err := os.WriteFile(filepath.Join(dir, "keyrotor.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Server{process: exec.Command(binary, "serve", "--config", "keyrotor.yaml"), exited: make(chan struct{})}
	s.process.Dir = dir
	log, err := s.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(t) })
	s.URL = "http://" + s.address(t, log)
	return s
}

// address reads the log until the server listens, and goes on reading it, so that the
// server is never held up.
func (s *Server) address(t testing.TB, log io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(log)
	var before []string
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "msg=listening addr="); ok {
			addr, _, _ := strings.Cut(rest, " ")
			go func() {
				defer close(s.exited)
				_, _ = io.Copy(io.Discard, log) // until it exits
			}()
			return addr
		}
		before = append(before, lines.Text())
	}
	close(s.exited)
	t.Fatalf("keyrotor does not listen:\n%s", strings.Join(before, "\n"))
	return ""
}

func (s *Server) stop(t testing.TB) {
	t.Helper()
	_ = s.process.Process.Signal(syscall.SIGTERM) // Wait tells if it is gone already
	<-s.exited
	if err := s.process.Wait(); err != nil {
		t.Errorf("keyrotor did not stop cleanly: %v", err)
	}
}

// Get asks as user and password, and returns the body of a 200.
func (s *Server) Get(t testing.TB, path, user, password string) []byte {
	t.Helper()
	return s.ask(t, http.MethodGet, path, user, password, "")
}

// Post sends body as user and password, and returns the body of a 200.
func (s *Server) Post(t testing.TB, path, user, password, body string) []byte {
	t.Helper()
	return s.ask(t, http.MethodPost, path, user, password, body)
}

func (s *Server) ask(t testing.TB, method, path, user, password, body string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer
}
