package webhook_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// A nameServer answers every question for an IPv4 address with the next of its addresses, and
// at last always with the last.
type nameServer struct {
	conn net.PacketConn

	mu    sync.Mutex // guards addrs
	addrs []netip.Addr
}

func newNameServer(t *testing.T, addrs ...string) *nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s := &nameServer{conn: conn}
	for _, a := range addrs {
		s.addrs = append(s.addrs, netip.MustParseAddr(a))
	}
	go s.serve()
	return s
}

func (s *nameServer) serve() {
	question := make([]byte, 512)
	for {
		n, from, err := s.conn.ReadFrom(question)
		if err != nil {
			return
		}
		s.conn.WriteTo(s.answer(question[:n]), from)
	}
}

// answer repeats the question (RFC 1035 §4.1), whose name is not compressed, and answers it if
// it is for an address of IPv4.
func (s *nameServer) answer(asked []byte) []byte {
	end := 12
	for asked[end] != 0 {
		end += int(asked[end]) + 1
	}
	end += 5 // the root, type and class
	header := append([]byte{}, asked[:2]...)
	header = append(header, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0)
	reply := append(header, asked[12:end]...)
	if binary.BigEndian.Uint16(asked[end-4:]) != 1 {
		return reply
	}
	reply[7] = 1
	reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
	addr := s.next().As4()
	return append(reply, addr[:]...)
}

func (s *nameServer) next() netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	addr := s.addrs[0]
	if len(s.addrs) > 1 {
		s.addrs = s.addrs[1:]
	}
	return addr
}

func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", s.conn.LocalAddr().String())
	}}
}

// A witness is a server that counts who connects.
func witness(t *testing.T) (url string, connected *atomic.Int64) {
	t.Helper()
	connected = &atomic.Int64{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connected.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, connected
}

func roundTrip(t *testing.T, through http.RoundTripper, url string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := through.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

var errStopped = errors.New("stopped by the test")

// A name that led to a public address when it was looked at leads to loopback when the event is
// posted: it is the address that is dialled that counts.
func TestANameThatIsReboundToLoopbackIsRefusedWhenItIsDialled(t *testing.T) {
	url, connected := witness(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	names := newNameServer(t, "93.184.215.14", "127.0.0.1")
	var passed []string
	through := webhook.NewTransport(net.Dialer{
		Resolver: names.resolver(),
		Control: func(_, address string, _ syscall.RawConn) error {
			passed = append(passed, address)
			return errStopped // nothing leaves this machine
		},
	}, false)
	defer through.CloseIdleConnections()
	target := "http://rebound.example:" + port + "/"
	if err := roundTrip(t, through, target); !errors.Is(err, errStopped) {
		t.Errorf("the public address: %v", err)
	}
	if err := roundTrip(t, through, target); !errors.Is(err, webhook.ErrPrivate) {
		t.Errorf("loopback: %v", err)
	}
	if diff := cmp.Diff([]string{"93.184.215.14:" + port}, passed); diff != "" || connected.Load() != 0 {
		t.Errorf("%d connections; passed (-want +got):\n%s", connected.Load(), diff)
	}
}

func TestPrivateAddressesAreDialledOnlyWhereTheyAreAllowed(t *testing.T) {
	url, connected := witness(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	names := newNameServer(t, "127.0.0.1")
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "inside.example", "2130706433", "0x7f.1"} {
		through := webhook.NewTransport(net.Dialer{}, false)
		if host == "inside.example" {
			through = webhook.NewTransport(net.Dialer{Resolver: names.resolver()}, false)
		}
		err := roundTrip(t, through, "http://"+host+":"+port+"/")
		if err == nil || connected.Load() != 0 {
			t.Errorf("%s: %v, %d connections", host, err, connected.Load())
		}
	}
	allowed := webhook.NewTransport(net.Dialer{Resolver: names.resolver()}, true)
	defer allowed.CloseIdleConnections()
	if err := roundTrip(t, allowed, "http://inside.example:"+port+"/"); err != nil || connected.Load() != 1 {
		t.Errorf("allowed: %v, %d connections", err, connected.Load())
	}
}

func TestNoProxyDialsInsteadOfUs(t *testing.T) {
	if webhook.NewTransport(net.Dialer{}, false).Proxy != nil {
		t.Error("there is a proxy, whose address is the one that would be looked at")
	}
}
