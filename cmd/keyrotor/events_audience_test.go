package main_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// audienceSize is how many clients follow one server at once.
const audienceSize = 2000

// An audience follows channel open of a server, and notes when each client got each event.
type audience struct {
	t       testing.TB
	clients sync.WaitGroup

	mu       sync.Mutex // guards what follows
	opened   int
	events   int                 // got by all together
	arrivals map[int][]time.Time // by the ID of the event
	wrong    []string
}

// gather connects all, and returns when each of them has the head of its answer.
func gather(t testing.TB, addr string) *audience {
	t.Helper()
	c := &audience{t: t, arrivals: map[int][]time.Time{}}
	for range audienceSize {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		fmt.Fprint(conn, "GET /v1/channels/open/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n")
		c.clients.Go(func() { c.listen(conn) })
	}
	c.await("connected", func() bool { return c.opened == audienceSize })
	return c
}

// listen notes what a client gets until its connection ends.
func (c *audience) listen(conn net.Conn) {
	lines := bufio.NewReaderSize(conn, 1<<10)
	var id int
	for {
		line, err := lines.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			continue // data is long, and looked at elsewhere
		}
		if err != nil {
			return
		}
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ": ")
		switch name {
		case "retry":
			c.note(func() { c.opened++ })
		case "event":
			if value == "reset" {
				c.note(func() { c.wrong = append(c.wrong, "a reset") })
			}
		case "id":
			before := id
			id, _ = strconv.Atoi(value)
			c.got(before, id, time.Now())
		}
	}
}

func (c *audience) got(before, id int, at time.Time) {
	c.note(func() {
		c.events++
		c.arrivals[id] = append(c.arrivals[id], at)
		if id != before+1 {
			c.wrong = append(c.wrong, fmt.Sprintf("%d after %d", id, before))
		}
	})
}

func (c *audience) note(happened func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	happened()
}

func (c *audience) await(what string, reached func() bool) {
	c.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		var done bool
		c.note(func() { done = reached() })
		if done {
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("not %s in a minute: %d connected, %d events, wrong: %v", what, c.opened, c.events, c.wrong)
		}
	}
}

// newest is the highest ID that anybody got.
func (c *audience) newest() (id int) {
	c.note(func() {
		for got := range c.arrivals {
			id = max(id, got)
		}
	})
	return id
}

// spread waits until all have an event, and gives the time from the first who got it to the last.
func (c *audience) spread(id int) time.Duration {
	c.t.Helper()
	c.await("told of event "+strconv.Itoa(id), func() bool { return len(c.arrivals[id]) == audienceSize })
	var arrivals []time.Time
	c.note(func() { arrivals = slices.Clone(c.arrivals[id]) })
	return slices.MaxFunc(arrivals, time.Time.Compare).Sub(slices.MinFunc(arrivals, time.Time.Compare))
}

// roomyServer takes a whole audience from one address.
func roomyServer(t testing.TB, yaml string) *process {
	t.Helper()
	return start(t, write(t, t.TempDir(), strings.Replace(yaml, "server: {", "server: {event_streams: {max_per_remote: 10000}, ", 1)))
}

// resident is the memory of a process in KiB (proc(5), /proc/pid/status).
func resident(t testing.TB, p *process) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	size, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.Atoi(size)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEveryEventReachesEachOfTwoThousandClientsOnce(t *testing.T) {
	server := roomyServer(t, fast)
	before := resident(t, server)
	c := gather(t, server.addr)
	next := c.newest() + 2 // one of now may have been told while they came
	for id := next; id < next+3; id++ {
		t.Logf("event %d reached %d clients, from the first to the last in %v", id, audienceSize, c.spread(id))
	}
	t.Logf("%d KiB of memory for each client", (resident(t, server)-before)/audienceSize)
	for id := 1; id < next+3; id++ {
		c.spread(id)
	}
	if len(c.wrong) > 0 {
		t.Errorf("%d clients missed, repeated or were reset: %v", len(c.wrong), c.wrong[0])
	}
}

// BenchmarkEventStreams tells what clients cost to whom nothing is told but that the server is
// there, over two rounds of heartbeats.
func BenchmarkEventStreams(b *testing.B) {
	server := roomyServer(b, fixture)
	before := resident(b, server)
	gather(b, server.addr)
	const idle = 30 * time.Second
	for b.Loop() {
		began := cpu(b, server.cmd.Process.Pid)
		time.Sleep(idle)
		spent := cpu(b, server.cmd.Process.Pid) - began
		b.ReportMetric(100*spent.Seconds()/idle.Seconds(), "idle-cpu-%")
		b.ReportMetric(float64(resident(b, server)-before)/audienceSize, "KiB/client")
	}
}
