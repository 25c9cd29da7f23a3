package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// slowest is how long a client may take to accept one event before it is dropped; it can
// come back with Last-Event-ID.
const slowest = 10 * time.Second

// Events answers GET /v1/channels/{channel}/events with Server-Sent Events (WHATWG HTML,
// 9.2). A client that sends Last-Event-ID, or ?after= with the sequence of a document, gets
// what came since; any other what comes from now on.
func (a *API) Events() http.HandlerFunc {
	return a.share(func(w http.ResponseWriter, r *http.Request) {
		ch, err := a.feedChannel(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		after, err := a.position(r, ch)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		openStream(w)
		stream := http.NewResponseController(w)
		if a.send(stream, func() error { return nil }) != nil || r.Method == http.MethodHead {
			return
		}
		for msg := range a.Follow(r.Context(), ch.ID, after) {
			if a.send(stream, func() error { return writeMessage(w, msg) }) != nil {
				return
			}
		}
	})
}

// send writes, flushes, and bounds how long that may take. Between two messages there is no
// deadline: over HTTP/2 it would end the stream though nothing waits to be written.
func (a *API) send(stream *http.ResponseController, write func() error) error {
	if err := stream.SetWriteDeadline(a.Now().Add(slowest)); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return stream.SetWriteDeadline(time.Time{})
}

// openStream writes the headers, with those that keep proxies from holding events back.
func openStream(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
}

// position is the sequence number up to which the client knows the feed.
func (a *API) position(r *http.Request, ch Channel) (uint64, error) {
	text := cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after"))
	if text == "" {
		doc, _ := a.Document(ch.ID)
		return doc.Sequence, nil
	}
	seq, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, NewProblem(http.StatusBadRequest, "Last-Event-ID or after: want the id of an event of this channel")
	}
	return seq, nil
}

// writeMessage writes one event, or a comment for a heartbeat.
func writeMessage(w http.ResponseWriter, msg announce.Message) error {
	if msg.Type == announce.Heartbeat {
		_, err := fmt.Fprint(w, ": heartbeat\n\n")
		return err
	}
	if msg.ID > 0 {
		if _, err := fmt.Fprintf(w, "id: %d\n", msg.ID); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", msg.Type, msg.Data)
	return err
}
