package main_test

import (
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// A process is a running `keyrotor serve`.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	addr string
	logs *logBuffer
}

var listening = regexp.MustCompile(`msg=listening addr=(\S+)`)

// start runs a server in a process of its own.
func start(t testing.TB, configPath string) *process {
	t.Helper()
	return launch(t, "keyrotor", "serve", "--config", configPath)
}

// launch runs a command that listens, and waits until it does.
func launch(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, logs: &logBuffer{}}
	p.cmd = exec.CommandContext(t.Context(), name, args...)
	p.cmd.Stderr = p.logs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.kill()
		}
	})
	for deadline := time.Now().Add(20 * time.Second); p.addr == ""; time.Sleep(5 * time.Millisecond) {
		if found := listening.FindStringSubmatch(p.logs.String()); found != nil {
			p.addr = found[1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not listen:\n%s", p.logs)
		}
	}
	return p
}

// kill ends the process at once, as kill -9 or a lost machine does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // says that it was killed
}

// terminate asks the process to end, and fails the test if it does not end well.
func (p *process) terminate() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after SIGTERM: %v\n%s", err, p.logs)
	}
}

// run gives what a command writes to standard output.
func run(t testing.TB, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "keyrotor", args...)
	cmd.Dir, cmd.Stderr = t.TempDir(), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("keyrotor %q: %v", args, err)
	}
	return out
}
