package main_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

// An asker sends one document again and again.
type asker struct {
	*testing.B
	process        *process
	path, document string
}

func (a asker) ask() []byte {
	resp, err := http.Post("http://"+a.process.addr+a.path, "application/xml", strings.NewReader(a.document))
	if err != nil {
		a.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		a.Fatalf("%d %v %s", resp.StatusCode, err, body)
	}
	return body
}

// besideFloor reports how much CPU time the process spends on a request, and how many times
// as much that is as what the same HTTP stack spends on answering the same bytes from memory,
// the floor. Both take turns, so that what else the machine does hits both, and the median
// counts. An op is a turn of each.
func (a asker) besideFloor() {
	answer := a.ask()
	a.Logf("%d bytes in, %d out", len(a.document), len(answer))
	file := filepath.Join(a.TempDir(), "answer")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		a.Fatal(err)
	}
	floor := asker{a.B, launch(a, "floor", file), spekePath, a.document}
	for range 2 {
		floor.turn()
		a.turn()
	}
	var floors, spent, ratios []float64
	for a.Loop() {
		low, high := floor.turn(), a.turn()
		floors, spent, ratios = append(floors, low), append(spent, high), append(ratios, high/low)
	}
	a.ReportMetric(median(floors), "floor-cpu-µs")
	a.ReportMetric(median(spent), "cpu-µs")
	a.ReportMetric(median(ratios), "ratio")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// turn gives the CPU time of a request in microseconds, on average of as many as a garbage
// collection and other noise need to even out.
func (a asker) turn() float64 {
	const requests = 200
	began := cpu(a, a.process.cmd.Process.Pid)
	for range requests {
		a.ask()
	}
	spent := cpu(a, a.process.cmd.Process.Pid) - began
	return float64(spent.Nanoseconds()) / 1e3 / requests
}

// cpu is the user and system time of all threads of a process: of each one's schedstat
// (proc(5)) the first number, in nanoseconds.
func cpu(t testing.TB, pid int) (total time.Duration) {
	t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		t.Fatalf("no threads of process %d: %v", pid, err)
	}
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(stat), " ")
		spent, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		total += time.Duration(spent)
	}
	return total
}

// serveFile is the command floor: the server's HTTP stack, over a handler that reads the
// request and answers a file.
func serveFile() {
	answer, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write(answer)
	})
	routes := []keyrotor.Route{keyrotor.NewRoute(http.MethodPost, spekePath, handler)}
	fmt.Fprintf(os.Stderr, "msg=listening addr=%s\n", listener.Addr())
	panic(http.Serve(listener, keyrotor.NewRouter(routes, keyrotor.Defaults().Server, slog.New(slog.DiscardHandler))))
}
