package api

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A stream writes Server-Sent Events to one client.
type stream struct {
	*http.ResponseController
	w        http.ResponseWriter
	now      func() time.Time
	patience time.Duration
}

// send writes, flushes, and bounds how long that may take. Between two messages there is no
// deadline: over HTTP/2 it would end the stream though nothing waits to be written.
func (s stream) send(write func() error) error {
	if err := s.SetWriteDeadline(s.now().Add(s.patience)); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return s.SetWriteDeadline(time.Time{})
}

// open tells the client to come back 1 to 5 s after the connection was lost: when a server
// stops, it loses all its clients at once.
func (s stream) open() error {
	s.w.WriteHeader(http.StatusOK)
	_, err := io.WriteString(s.w, "retry: "+strconv.Itoa(1000+rand.N(4001))+"\n\n")
	return err
}

// write writes one event, or a comment for a heartbeat.
func (s stream) write(msg announce.Message) error {
	if msg.Type == announce.Heartbeat {
		_, err := io.WriteString(s.w, ": heartbeat\n\n")
		return err
	}
	head := "event: " + string(msg.Type) + "\ndata: "
	if msg.ID > 0 {
		head = "id: " + strconv.FormatUint(msg.ID, 10) + "\n" + head
	}
	_, err := io.WriteString(s.w, head)
	if err == nil {
		_, err = s.w.Write(msg.Data) // which all clients share
	}
	if err == nil {
		_, err = io.WriteString(s.w, "\n\n")
	}
	return err
}
