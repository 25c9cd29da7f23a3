package main_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Stories of the command line, as text. Beside testscript's own commands they have:
//
//	serve CONFIG                 starts a server, waits until it listens and is ready, and sets $URL and $ADDR
//	terminate                    asks it to end, which it must do well; its log is then in server.log
//	until PATTERN PROGRAM ARG…    runs a program until what it prints matches
//	get PATH [USER:PASSWORD]     prints status and body of what the server answers
func TestStories(t *testing.T) {
	if stories, err := filepath.Glob("testdata/script/*.txtar"); err != nil || len(stories) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	testscript.Run(t, testscript.Params{
		UpdateScripts:       *update,
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[serverOfStory{}] = &storyServer{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveInStory, "terminate": terminateInStory, "until": untilInStory, "get": getInStory,
		},
	})
}

type serverOfStory struct{}

// A storyServer is the server that a story has started last.
type storyServer struct {
	cmd  *exec.Cmd
	logs *logBuffer
}

func serveInStory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve CONFIG")
	}
	s := ts.Value(serverOfStory{}).(*storyServer)
	s.logs = &logBuffer{}
	s.cmd = exec.Command("keyrotor", "serve", "--config", args[0])
	s.cmd.Dir, s.cmd.Stderr = ts.MkAbs("."), s.logs
	ts.Check(s.cmd.Start())
	started := s.cmd
	ts.Defer(func() { _ = started.Process.Kill() }) // an error says that it has ended
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if found := listening.FindStringSubmatch(s.logs.String()); found != nil && ready(found[1]) {
			ts.Setenv("ADDR", found[1])
			ts.Setenv("URL", "http://"+found[1])
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("it does not listen:\n%s", s.logs)
		}
	}
}

func ready(addr string) bool {
	resp, err := http.Get("http://" + addr + "/readyz")
	if err == nil {
		resp.Body.Close()
	}
	return err == nil && resp.StatusCode == http.StatusOK
}

func terminateInStory(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverOfStory{}).(*storyServer)
	if neg || len(args) != 0 || s.cmd == nil {
		ts.Fatalf("usage: terminate, after serve")
	}
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("after SIGTERM: %v\n%s", err, s.logs)
	}
	ts.Check(os.WriteFile(ts.MkAbs("server.log"), []byte(s.logs.String()), 0o600))
}

func untilInStory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN PROGRAM ARG…")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s does not print it", args[1])
		}
	}
}

func getInStory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: get PATH [USER:PASSWORD]")
	}
	r, err := http.NewRequest(http.MethodGet, ts.Getenv("URL")+args[0], nil)
	ts.Check(err)
	if len(args) == 2 {
		user, password, _ := strings.Cut(args[1], ":")
		r.SetBasicAuth(user, password)
	}
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s", resp.StatusCode, body)
}
