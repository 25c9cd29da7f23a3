package main_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// boundedTo bounds the event streams of the fixture's server, which believes its clients who
// they are.
func boundedTo(bounds string) string {
	return strings.Replace(fixture, "server: {", "server: {trusted_proxies: [127.0.0.1], event_streams: {"+bounds+"}, ", 1)
}

// from opens the stream of channel open as a client at an address does. Its end is the caller's.
func (s *server) from(address string) *http.Response {
	s.t.Helper()
	r := s.request("GET", "/v1/channels/open/events", "", "")
	r.Header.Set("X-Forwarded-For", address)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestEventStreamsAreBoundedInAllAndByRemote(t *testing.T) {
	s := serve(t, boundedTo("max: 3, max_per_remote: 2"))
	var first *http.Response
	for _, tc := range []struct {
		address string
		status  int
	}{
		{"192.0.2.1", 200}, {"2001:db8::1", 200}, {"2001:db8::2", 200},
		{"2001:db8::3", 429}, // of the same /64
		{"192.0.2.2", 503}, {"192.0.2.1", 503},
	} {
		resp := s.from(tc.address)
		if first == nil {
			first = resp
		}
		after, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		if refused := tc.status != 200; resp.StatusCode != tc.status || refused != (after >= 5 && after <= 15) {
			t.Errorf("%s: %d, Retry-After %q, want %d", tc.address, resp.StatusCode, resp.Header.Get("Retry-After"), tc.status)
		}
	}
	if shown := s.metrics("keyrotor_event_streams{"); shown != "keyrotor_event_streams{channel=\"open\"} 3\n" {
		t.Errorf("metrics:\n%s", shown)
	}
	first.Body.Close()
	s.await(func() bool { return s.from("192.0.2.2").StatusCode == 200 })
	s.await(func() bool { return s.from("192.0.2.3").StatusCode == 503 })
}

func TestHEADOfAnEventStreamTakesNoPlace(t *testing.T) {
	s := serve(t, boundedTo("max: 1"))
	for range 3 {
		if a := s.send(s.request("HEAD", "/v1/channels/open/events", "", "")); a.status != 200 {
			t.Errorf("HEAD: %d", a.status)
		}
	}
	if resp := s.from("192.0.2.1"); resp.StatusCode != 200 {
		t.Errorf("the first stream: %d", resp.StatusCode)
	}
}

func TestClientsAreToldToComeBackAtDifferentTimes(t *testing.T) {
	s := serve(t, fixture)
	told := map[int]bool{}
	for range 20 {
		resp := s.from("")
		line, err := bufio.NewReader(resp.Body).ReadString('\n')
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "retry: ")
		after, number := strconv.Atoi(text)
		if err != nil || !ok || number != nil || after < 1000 || after > 5000 {
			t.Fatalf("%v, %q", err, line)
		}
		resp.Body.Close()
		told[after] = true
	}
	if len(told) < 10 {
		t.Errorf("only %d different times of 20", len(told))
	}
}

// heavy announces at once more than the buffers of a connection take, which is some 6 MB.
var heavy = strings.NewReplacer(
	"every: 168h}, ahead: 4", "every: 10s}, ahead: 35, lead: 7m",
	"server: {", "server: {event_streams: {patience: 2s}, ",
	"tracks: [VIDEO, AUDIO], schemes: [cbcs, cenc]", "tracks: [A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P], schemes: [cbcs, cenc, cbc1, cens]",
).Replace(fixture)

func TestAClientThatDoesNotReadIsDroppedAndNobodyElseWaitsForIt(t *testing.T) {
	s := serve(t, heavy)
	s.await(func() bool { return s.sequence() >= 35 })
	var deaf []net.Conn
	for range 3 {
		deaf = append(deaf, s.deaf())
	}
	const dropped = "keyrotor_event_streams_dropped_total{channel=\"open\"} 3\n"
	began := time.Now()
	st := s.follow("?after=0", "")
	st.lines.Buffer(nil, 1<<20)
	var size int
	for n := range 35 {
		e, ok := st.next()
		if !ok || e.id != strconv.Itoa(n+1) {
			t.Fatalf("after %d events: %v", n, e.id)
		}
		size += len(e.data)
	}
	t.Logf("one that reads got 35 events of %d bytes in all in %v", size, time.Since(began))
	s.await(func() bool { return s.metrics("keyrotor_event_streams_dropped_total") == dropped })
	s.await(func() bool {
		return s.metrics("keyrotor_event_streams{") == "keyrotor_event_streams{channel=\"open\"} 1\n"
	})
	for _, conn := range deaf {
		conn.Close()
	}
}

// deaf asks for all events of channel open and never reads.
func (s *server) deaf() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /v1/channels/open/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n")
	return conn
}
