package main_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
)

var loopbackIP = []net.IP{net.IPv4(127, 0, 0, 1)}

// A secureServer is the real app over TLS, with files that a test may replace.
type secureServer struct {
	*server
	folder    string
	authority *authority   // of the server's certificate
	clients   *authority   // of the clients'
	ahead     atomic.Int64 // how far the server's clock is ahead of ours
}

// secured is the fixture with TLS and credentials that are certificates. PINNED stands for
// a public key.
const secured = `
server:
  listen: "127.0.0.1:0"
  tls: {certificate: FOLDER/server.pem, key: FOLDER/key.pem, client_ca: FOLDER/clients.pem}
store: {path: FOLDER/data}
credentials:
  - {name: named, role: viewer, certificate: {dns: named.example.com}}
  - {name: narrow, role: viewer, channels: [open], certificate: {dns: narrow.example.com}}
  - {name: pinned, role: operator, certificate: {spki_sha256: PINNED}}
policies:
  weekly: {rotate: {every: 168h}, ahead: 4}
channels:
  - {id: open, public: true, policy: weekly, tracks: [VIDEO]}
  - {id: closed, policy: weekly, tracks: [VIDEO]}
`

// prepare makes authorities and files; nothing runs.
func prepare(t testing.TB) *secureServer {
	t.Helper()
	s := &secureServer{folder: t.TempDir(), authority: newAuthority(t, "servers"), clients: newAuthority(t, "clients")}
	s.server = &server{t: t, logs: &logBuffer{}}
	install(t, s.folder, s.authority.day("first"))
	put(t, s.folder, "clients.pem", s.clients.pem())
	return s
}

// open makes the app, which listens.
func (s *secureServer) open(yaml string) error {
	s.t.Helper()
	yaml = strings.Replace(yaml, "PINNED", strings.Repeat("ab", 32), 1)
	config, err := keyrotor.LoadConfig(write(s.t, s.folder, yaml))
	if err != nil {
		s.t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	s.App, err = keyrotor.NewApp(s.t.Context(), config, now, keyrotor.NewLogger(config.Log, s.logs))
	return err
}

// run serves with the configuration until the test ends.
func (s *secureServer) run(yaml string) *secureServer {
	s.t.Helper()
	if err := s.open(yaml); err != nil {
		s.t.Fatal(err)
	}
	s.url = "https://" + s.Addr()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	s.t.Cleanup(func() {
		if err := s.stop(); err != nil {
			s.t.Errorf("run: %v", err)
		}
	})
	client := s.client()
	s.await(func() bool {
		resp, err := client.Get(s.url + "/readyz")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
	return s
}

// client is a new one, with connections of its own, that shows the certificates.
func (s *secureServer) client(shown ...tls.Certificate) *http.Client {
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{
			RootCAs: s.authority.pool(), ClientSessionCache: tls.NewLRUClientSessionCache(4),
			// Whatever authorities the server names, as an attacker would.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				if len(shown) == 0 {
					return &tls.Certificate{}, nil
				}
				return &shown[0], nil
			},
		},
		ForceAttemptHTTP2: true,
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// status asks for a channel that is not public; an error is text.
func (s *secureServer) status(client *http.Client, channel string) string {
	s.t.Helper()
	resp, err := client.Get(s.url + "/v1/channels/" + channel)
	if err != nil {
		return err.Error()
	}
	resp.Body.Close()
	return resp.Status
}

// shown is the name in the certificate that the server shows to a new connection.
func (s *secureServer) shown() string {
	s.t.Helper()
	return s.handshake(&tls.Config{RootCAs: s.authority.pool()}).PeerCertificates[0].DNSNames[0]
}

// handshake opens a connection and closes it.
func (s *secureServer) handshake(c *tls.Config) tls.ConnectionState {
	s.t.Helper()
	conn, err := tls.Dial("tcp", s.Addr(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState()
}

// alert opens a connection that shows a certificate and sends nothing else, and gives what
// the server says.
func (s *secureServer) alert(shown tls.Certificate) string {
	s.t.Helper()
	conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{
		RootCAs:              s.authority.pool(),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &shown, nil },
	})
	if err != nil {
		return err.Error()
	}
	defer conn.Close()
	_, err = conn.Read(make([]byte, 1)) // in TLS 1.3 the client is done before it is refused
	return fmt.Sprint(err)
}

// later moves the server's clock on, so that the files are looked at again.
func (s *secureServer) later(d time.Duration) { s.ahead.Add(int64(d)) }

// connection asks for a channel with client and says on which connection.
func (s *secureServer) connection(client *http.Client) (local string) {
	s.t.Helper()
	trace := &httptrace.ClientTrace{GotConn: func(used httptrace.GotConnInfo) { local = used.Conn.LocalAddr().String() }}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(s.t.Context(), trace), "GET", s.url+"/v1/channels/closed", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatal(resp.Status)
	}
	return local
}
