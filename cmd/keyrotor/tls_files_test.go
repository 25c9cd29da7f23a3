package main_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestARenewedCertificateIsShownAndOpenConnectionsGoOn(t *testing.T) {
	s := prepare(t).run(secured)
	old := s.client(s.clients.day("named.example.com"))
	before := s.connection(old)
	install(t, s.folder, s.authority.day("second"))
	if got := s.shown(); got != "first" {
		t.Errorf("within two seconds of the last look: %s", got)
	}
	s.later(3 * time.Second)
	if got := s.shown(); got != "second" {
		t.Errorf("new connections see %s", got)
	}
	if after := s.connection(old); after != before {
		t.Errorf("the open connection %s gave way to %s", before, after)
	}
}

func TestHandshakesGoOnWhileCertificatesAreRenewed(t *testing.T) {
	s := prepare(t).run(secured)
	stop, stopped := context.WithCancel(t.Context())
	var seen [4]map[string]bool
	var clients sync.WaitGroup
	for i := range seen {
		seen[i] = map[string]bool{}
		clients.Go(func() {
			for stop.Err() == nil {
				conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{RootCAs: s.authority.pool()})
				if err != nil {
					t.Error(err)
					return
				}
				seen[i][conn.ConnectionState().PeerCertificates[0].DNSNames[0]] = true
				conn.Close()
			}
		})
	}
	for i := range 10 {
		name := fmt.Sprint("renewed-", i)
		install(t, s.folder, s.authority.day(name))
		s.await(func() bool { s.later(3 * time.Second); return s.shown() == name })
	}
	stopped()
	clients.Wait()
	for i := range seen {
		if len(seen[i]) < 2 {
			t.Errorf("client %d saw %d certificates", i, len(seen[i]))
		}
	}
}

func TestFilesThatCannotBeUsedLeaveTheFormerOnesAndAreSaidOnce(t *testing.T) {
	now := time.Now()
	for what, tc := range map[string]struct {
		spoil func(*secureServer)
		say   string
	}{
		"cut off":  {func(s *secureServer) { put(t, s.folder, "server.pem", []byte("-----BEGIN")) }, "failed to find any PEM data"},
		"gone":     {func(s *secureServer) { os.Remove(filepath.Join(s.folder, "key.pem")) }, "no such file"},
		"no match": {func(s *secureServer) { mismatch(t, s, s.authority.day("second")) }, "private key does not match"},
		"expired": {func(s *secureServer) {
			install(t, s.folder, s.authority.issue("second", now.Add(-2*time.Hour), now.Add(-time.Hour)))
		}, "certificate expired at"},
		"early": {func(s *secureServer) {
			install(t, s.folder, s.authority.issue("second", now.Add(time.Hour), now.Add(2*time.Hour)))
		}, "not valid before"},
		"no authority": {func(s *secureServer) { put(t, s.folder, "clients.pem", nil) }, "no PEM certificate"},
		"half a bundle": {func(s *secureServer) {
			put(t, s.folder, "clients.pem", append(s.clients.pem(), "-----BEGIN X-----\n-----END X-----\n"...))
		}, "part 2 is not a certificate"},
	} {
		t.Run(what, func(t *testing.T) {
			s := prepare(t).run(secured)
			tc.spoil(s)
			for range 3 {
				s.later(3 * time.Second)
				if got := s.shown(); got != "first" {
					t.Errorf("shows %s", got)
				}
			}
			if log := s.logs.String(); strings.Count(log, "TLS files are not usable") != 1 || !strings.Contains(log, tc.say) {
				t.Errorf("the log:\n%s", log)
			}
			install(t, s.folder, s.authority.day("third"))
			put(t, s.folder, "clients.pem", s.clients.pem())
			s.later(3 * time.Second)
			if got := s.shown(); got != "third" {
				t.Errorf("once mended, shows %s", got)
			}
		})
	}
}

func TestACertificateThatIsEarlyIsUsedFromItsTime(t *testing.T) {
	s := prepare(t).run(secured)
	install(t, s.folder, s.authority.issue("second", time.Now().Add(time.Hour), time.Now().Add(3*time.Hour)))
	s.later(3 * time.Second)
	if got := s.shown(); got != "first" {
		t.Errorf("before its time: %s", got)
	}
	s.later(2 * time.Hour)
	then := func() time.Time { return time.Now().Add(2 * time.Hour) }
	state := s.handshake(&tls.Config{RootCAs: s.authority.pool(), Time: then})
	if got := state.PeerCertificates[0].DNSNames[0]; got != "second" {
		t.Errorf("from its time on: %s", got)
	}
}

func TestAnAuthorityThatIsTakenAwayLetsNobodyIn(t *testing.T) {
	s := prepare(t).run(secured)
	client := s.client(s.clients.day("named.example.com"))
	if got := s.status(client, "closed"); got != "200 OK" {
		t.Fatal(got)
	}
	client.CloseIdleConnections() // its next connection brings a session ticket of the first
	if resumed := s.resumed(client); !resumed {
		t.Fatal("the client does not resume sessions, so this test shows nothing")
	}
	put(t, s.folder, "clients.pem", newAuthority(t, "new").pem())
	s.later(3 * time.Second)
	client.CloseIdleConnections()
	if got := s.status(client, "closed"); got == "200 OK" {
		t.Error("let in with a session of before")
	}
}

func TestTheEndOfTheCertificateIsAMetric(t *testing.T) {
	s := prepare(t).run(secured)
	client := s.client(s.clients.day("named.example.com"))
	for range 2 {
		until := time.Now().Add(24 * time.Hour).Truncate(time.Second)
		install(t, s.folder, s.authority.issue("next", time.Now().Add(-time.Hour), until))
		s.later(3 * time.Second)
		client.CloseIdleConnections()
		want := fmt.Sprintf("keyrotor_tls_certificate_expires_timestamp_seconds %g\n", float64(until.Unix()))
		if got := s.metrics(client); !strings.Contains(got, want) {
			t.Errorf("no line %q among %q", want, regexp.MustCompile(`(?m)^keyrotor_tls.*`).FindAllString(got, -1))
		}
	}
}

// mismatch puts the certificate of a pair in place, and leaves the key as it is.
func mismatch(t testing.TB, s *secureServer, pair tls.Certificate) {
	t.Helper()
	put(t, s.folder, "server.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}))
}

func (s *secureServer) metrics(client *http.Client) string {
	s.t.Helper()
	resp, err := client.Get(s.url + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// resumed asks with client and says whether its connection took up a session of before.
func (s *secureServer) resumed(client *http.Client) bool {
	s.t.Helper()
	resp, err := client.Get(s.url + "/v1/channels/closed")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.TLS.DidResume
}
