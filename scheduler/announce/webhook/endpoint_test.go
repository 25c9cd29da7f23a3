package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A network connects hosts in memory, so that it can be in a bubble.
type network struct {
	mu    sync.Mutex // guards hosts
	hosts map[string]*endpoint
}

func newNetwork(t *testing.T) *network {
	n := &network{hosts: map[string]*endpoint{}}
	t.Cleanup(func() {
		for _, e := range n.hosts {
			e.server.Close()
		}
	})
	return n
}

func (n *network) transport() *http.Transport { return &http.Transport{DialContext: n.dial} }

var errUnreachable = errors.New("connection refused")

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	n.mu.Lock()
	e := n.hosts[host]
	n.mu.Unlock()
	if e == nil || e.isDown() {
		return nil, errUnreachable
	}
	ours, theirs := net.Pipe()
	select {
	case e.dialled <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// An endpoint is a target's server.
type endpoint struct {
	server  *http.Server
	dialled chan net.Conn
	closed  chan struct{}

	mu    sync.Mutex // guards what follows
	down  bool
	conns []net.Conn
	wrong http.HandlerFunc // answers in place of 200; nil: nothing is wrong
	asked []parcel         // all requests
	taken []parcel         // those that were answered 200
	now   func() time.Time
}

// A parcel is a request as it came.
type parcel struct {
	at      time.Time
	id      string
	header  http.Header
	body    []byte
	kind    string // type, channel and start
	channel string
	start   time.Time
}

// host gives a name of the network a server.
func (r *rig) host(t *testing.T, name string) *endpoint {
	t.Helper()
	e := &endpoint{dialled: make(chan net.Conn), closed: make(chan struct{}), now: r.now}
	e.server = &http.Server{Handler: e}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[name+".test"] = e
	go e.server.Serve(e)
	return e
}

func (e *endpoint) Accept() (net.Conn, error) {
	select {
	case c := <-e.dialled:
		e.mu.Lock()
		defer e.mu.Unlock()
		e.conns = append(e.conns, c)
		return c, nil
	case <-e.closed:
		return nil, net.ErrClosed
	}
}

func (e *endpoint) Close() error { close(e.closed); return nil }

func (e *endpoint) Addr() net.Addr { return &net.TCPAddr{} }

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := e.read(r)
	e.mu.Lock()
	wrong := e.wrong
	e.asked = append(e.asked, p)
	if wrong == nil {
		e.taken = append(e.taken, p)
	}
	e.mu.Unlock()
	if wrong != nil {
		wrong(w, r)
	}
}

func (e *endpoint) read(r *http.Request) parcel {
	p := parcel{at: e.now(), id: r.Header.Get("webhook-id"), header: r.Header}
	p.body, _ = io.ReadAll(r.Body)
	var said struct {
		Type string
		Data struct {
			Channel string
			announce.Span
		}
	}
	_ = json.Unmarshal(p.body, &said) // what cannot be read is not what a test wants
	p.channel, p.start = said.Data.Channel, said.Data.Start
	p.kind = said.Type + " " + p.channel + " " + p.start.Format(time.TimeOnly)
	return p
}

// goes lets something be wrong from now on; nil ends it.
func (e *endpoint) goes(wrong http.HandlerFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wrong = wrong
}

// setDown lets the host be down, with all connections to it, or up again.
func (e *endpoint) setDown(down bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.down = down
	for _, c := range e.conns {
		c.Close()
	}
	e.conns = nil
}

func (e *endpoint) isDown() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.down
}

// got gives what was taken so far, of one channel or, "", of all: "announced news 12:01:00".
func (e *endpoint) got(channel string) []string {
	var kinds []string
	for _, p := range e.all() {
		if channel == "" || p.channel == channel {
			kinds = append(kinds, p.kind)
		}
	}
	return kinds
}

func (e *endpoint) all() []parcel {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]parcel(nil), e.taken...)
}

func (e *endpoint) requests() []parcel {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]parcel(nil), e.asked...)
}

// forget makes got begin anew.
func (e *endpoint) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.taken, e.asked = nil, nil
}

// announced are the announcements of a channel's periods from one minute after noon to another.
func announced(channel string, from, to int) []string {
	var kinds []string
	for n := from; n <= to; n++ {
		kinds = append(kinds, "announced "+channel+" "+minute(n).Format(time.TimeOnly))
	}
	return kinds
}
