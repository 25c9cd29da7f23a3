package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fast rotates a public channel every two seconds, and its server gives up on requests
// that take a second to come or leave: event streams must not mind.
var fast = strings.NewReplacer(
	"every: 168h}, ahead: 4", "every: 2s}, ahead: 3, lead: 2s",
	"server: {", "server: {read_timeout: 1s, write_timeout: 1s, shutdown_timeout: 3s, ",
).Replace(fixture)

// An event is one of a stream.
type event struct{ id, name, data string }

// A stream is a client of Server-Sent Events.
type stream struct {
	*http.Response
	lines *bufio.Scanner
}

// follow opens the stream of channel open, which fails the test if no headers come within
// two seconds: the heartbeat alone would take longer.
func (s *server) follow(query, lastEventID string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	s.t.Cleanup(cancel)
	r := s.request("GET", "/v1/channels/open/events"+query, "", "").WithContext(ctx)
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	late := time.AfterFunc(2*time.Second, cancel)
	resp, err := http.DefaultClient.Do(r)
	if !late.Stop() || err != nil {
		s.t.Fatalf("no headers in two seconds: %v", err)
	}
	s.t.Cleanup(func() { resp.Body.Close() })
	return &stream{resp, bufio.NewScanner(resp.Body)}
}

// next reads an event; comments are skipped. It is false at the end.
func (st *stream) next() (e event, ok bool) {
	for st.lines.Scan() {
		name, value, _ := strings.Cut(st.lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if st.lines.Text() == "" && e.name != "" {
				return e, true
			}
		}
	}
	return event{}, false
}

// until reads events up to the first with a name.
func (st *stream) until(t testing.TB, name string) []event {
	t.Helper()
	var read []event
	for {
		e, ok := st.next()
		if !ok {
			t.Fatalf("the stream ended after %v", read)
		}
		if read = append(read, e); e.name == name {
			return read
		}
	}
}

// sequence is that of the newest announcement of channel open; 0: there is none.
func (s *server) sequence() int {
	s.t.Helper()
	var doc struct{ Sequence int }
	s.decode(s.get("/v1/channels/open/announcement", ""), &doc)
	return doc.Sequence
}

func TestAnEventStreamOpensAtOnceWithItsHeaders(t *testing.T) {
	s := serve(t, fixture)
	st := s.follow("", "")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no",
	} {
		if got := st.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a := s.send(s.request("HEAD", "/v1/channels/open/events", "", "")); a.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %v", a.header)
	}
}

func TestAnEventStreamGoesOnAcrossRotationsAndTimeouts(t *testing.T) {
	s := serve(t, fast)
	s.await(func() bool { return s.sequence() > 0 }) // the current period is announced at once
	st := s.follow("", "")
	var begun []time.Time
	var ids []int
	for len(begun) < 3 {
		e, ok := st.next()
		if !ok {
			t.Fatalf("the stream ended after %v", begun)
		}
		var span struct{ Start time.Time }
		if err := json.Unmarshal([]byte(e.data), &span); err != nil {
			t.Fatalf("%v in %q", err, e.data)
		}
		switch e.name {
		case "begun":
			begun = append(begun, span.Start)
			if late := time.Since(span.Start); e.id != "" || late < 0 || late > time.Second {
				t.Errorf("begun with ID %q came %v after %v", e.id, late, span.Start)
			}
		case "announced":
			id, _ := strconv.Atoi(e.id)
			ids = append(ids, id)
			if !span.Start.After(time.Now()) {
				t.Errorf("the period at %v is announced after it began", span.Start)
			}
		}
	}
	if diff := cmp.Diff([]time.Time{begun[0], begun[0].Add(2 * time.Second), begun[0].Add(4 * time.Second)}, begun); diff != "" {
		t.Errorf("periods begun (-want +got):\n%s", diff)
	}
	if len(ids) < 2 || ids[1] != ids[0]+1 {
		t.Errorf("announced with IDs %v", ids)
	}
}

func TestAnEventStreamResumesWhereItEnded(t *testing.T) {
	s := serve(t, fast)
	all := s.follow("?after=0", "")
	first := all.until(t, "announced")
	second := all.until(t, "announced")
	last := second[len(second)-1]
	for name, st := range map[string]*stream{
		"Last-Event-ID":        s.follow("", first[len(first)-1].id),
		"after":                s.follow("?after="+first[len(first)-1].id, ""),
		"Last-Event-ID counts": s.follow("?after=0", first[len(first)-1].id),
	} {
		resumed := st.until(t, "announced")
		if diff := cmp.Diff(last, resumed[len(resumed)-1], cmp.AllowUnexported(event{})); diff != "" {
			t.Errorf("%s (-first told +told again):\n%s", name, diff)
		}
	}
}

func TestAnEventStreamResetsWhoFollowedAnotherFeed(t *testing.T) {
	s := serve(t, fast)
	st := s.follow("?after=1000000", "")
	if e, ok := st.next(); !ok || e.name != "reset" || e.id != "" || e.data != "{}" {
		t.Errorf("first %v, want a reset", e)
	}
	if told := st.until(t, "announced"); told[len(told)-1].id != "1" {
		t.Errorf("after the reset %v, want all that the feed holds", told)
	}
}

func TestADocumentsSequenceIsAPlaceToFollowFrom(t *testing.T) {
	s := serve(t, fast)
	after := s.sequence()
	told := s.follow("?after="+strconv.Itoa(after), "").until(t, "announced")
	if got := told[len(told)-1].id; got != strconv.Itoa(after+1) {
		t.Errorf("the first announcement after %d has ID %s", after, got)
	}
}

func TestAPlaceThatIsNoNumberIsRefused(t *testing.T) {
	s := serve(t, fixture)
	for _, after := range []string{"x", "-1", "1.5", "99999999999999999999999"} {
		if a := s.get("/v1/channels/open/events?after="+after, ""); a.status != 400 || a.header.Get("Content-Type") != problemJSON {
			t.Errorf("after %s: %d %s", after, a.status, a.body)
		}
	}
}
