package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestStoppingEndsEventStreamsWithoutUsingUpTheGrace(t *testing.T) {
	s := serve(t, fixture)
	s.steady()
	st := s.follow("", "")
	began := time.Now()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("stopping took %v of a grace of 10 s", took)
	}
	if e, ok := st.next(); ok {
		t.Errorf("the stream goes on with %s", e.name)
	}
	if strings.Contains(s.logs.String(), "cut off") {
		t.Errorf("requests were cut off:\n%s", s.logs)
	}
}

func TestStoppingLetsASPEKERequestUnderWayFinish(t *testing.T) {
	s := serve(t, fixture)
	slow := s.halfSent(spekeFor(t, "open"))
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	s.await(func() bool { return refused(s.Addr()) })
	answered := slow()
	if answered.status != 200 || len(parse(t, answered.body).keys) != 1 {
		t.Errorf("%d %s", answered.status, answered.body)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStoppingCutsOffWhoTakesLongerThanTheGrace(t *testing.T) {
	s := serve(t, strings.Replace(fixture, "server: {", "server: {shutdown_timeout: 1s, ", 1))
	s.halfSent(spekeFor(t, "open"))
	began := time.Now()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < time.Second || took > 5*time.Second {
		t.Errorf("stopping took %v of a grace of 1 s", took)
	}
	if !strings.Contains(s.logs.String(), "requests cut off") {
		t.Errorf("the log does not say so:\n%s", s.logs)
	}
}

// halfSent begins a SPEKE request, waits until the server reads its body, and gives what
// sends the rest and reads the answer.
func (s *server) halfSent(body string) func() answer {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	r := s.speke("packager", body)
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/xml\r\nExpect: 100-continue\r\nX-Speke-Version: 2.0\r\nContent-Length: %d\r\n\r\n",
		spekePath, r.Header.Get("Authorization"), len(body))
	reader := bufio.NewReader(conn)
	// The server asks for the body once its handler reads it.
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		s.t.Fatalf("%q, %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		s.t.Fatal(err)
	}
	return func() answer {
		s.t.Helper()
		if _, err := io.WriteString(conn, body); err != nil {
			s.t.Fatal(err)
		}
		resp, err := http.ReadResponse(reader, r)
		if err != nil {
			s.t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return answer{resp.StatusCode, resp.Header, string(text)}
	}
}

// refused reports whether nobody listens at addr.
func refused(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		conn.Close()
	}
	return err != nil
}
