package main_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheServerSpeaksHTTP2AndTLS13(t *testing.T) {
	s := prepare(t).run(secured)
	resp, err := s.client().Get(s.url + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.Proto != "HTTP/2.0" || resp.TLS.Version != tls.VersionTLS13 {
		t.Errorf("%s over TLS %x", resp.Proto, resp.TLS.Version)
	}
}

func TestOldVersionsOfTLSAreRefused(t *testing.T) {
	for _, tc := range []struct {
		least   string
		version uint16
		served  bool
	}{
		{"", tls.VersionTLS10, false},
		{"", tls.VersionTLS11, false},
		{"", tls.VersionTLS12, true},
		{"", tls.VersionTLS13, true},
		{`, min_version: "1.2"`, tls.VersionTLS12, true},
		{`, min_version: "1.3"`, tls.VersionTLS12, false},
		{`, min_version: "1.3"`, tls.VersionTLS13, true},
	} {
		s := prepare(t).run(strings.Replace(secured, "FOLDER/clients.pem", "FOLDER/clients.pem"+tc.least, 1))
		conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{
			RootCAs: s.authority.pool(), MinVersion: tls.VersionTLS10, MaxVersion: tc.version,
		})
		if err == nil {
			conn.Close()
		}
		if refusal := "protocol version not supported"; (err == nil) != tc.served || err != nil && !strings.Contains(err.Error(), refusal) {
			t.Errorf("%s and TLS %x: %v", tc.least, tc.version, err)
		}
	}
}

func TestPlainHTTPIsNotAnsweredWhereTLSIsSpoken(t *testing.T) {
	s := prepare(t).run(secured)
	resp, err := http.Get("http://" + s.Addr() + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestAClientCertificateIsACredential(t *testing.T) {
	s := prepare(t)
	pinned := s.clients.day("whatever.example.com")
	s.run(strings.Replace(secured, "PINNED", spki(pinned), 1))
	got := map[string]string{}
	for who, client := range map[string]*http.Client{
		"nobody":       s.client(),
		"named":        s.client(s.clients.day("named.example.com")),
		"narrow":       s.client(s.clients.day("narrow.example.com")),
		"pinned":       s.client(pinned),
		"another name": s.client(s.clients.day("other.example.com")),
	} {
		got[who] = s.status(client, "closed")
	}
	want := map[string]string{
		"nobody": "401 Unauthorized", "another name": "401 Unauthorized",
		"named": "200 OK", "narrow": "404 Not Found", "pinned": "200 OK",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCertificatesThatClientCADoesNotCoverAreRefusedInTheHandshake(t *testing.T) {
	s := prepare(t).run(secured)
	const unknown, expired = "remote error: tls: unknown certificate authority", "remote error: tls: expired certificate"
	for _, tc := range []struct {
		name  string
		shown tls.Certificate
		want  string
	}{
		{"of a stranger", newAuthority(t, "foreign").day("named.example.com"), unknown},
		{"of another with the same name", newAuthority(t, "clients").day("named.example.com"), unknown},
		{"of the server's authority", s.authority.day("named.example.com"), unknown},
		{"of yesterday", s.clients.issue("named.example.com", time.Now().Add(-24*time.Hour), time.Now().Add(-time.Hour)), expired},
		{"of tomorrow", s.clients.issue("named.example.com", time.Now().Add(time.Hour), time.Now().Add(24*time.Hour)), expired},
	} {
		if got := s.alert(tc.shown); got != tc.want {
			t.Errorf("%s: %s", tc.name, got)
		}
	}
}

func TestAnOpenConnectionEndsWithTheCertificateThatItBeganWith(t *testing.T) {
	s := prepare(t).run(secured)
	short := s.clients.issue("named.example.com", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	shown := []tls.Certificate{short}
	client := s.client(shown...)
	if got := s.status(client, "closed"); got != "200 OK" {
		t.Fatal(got)
	}
	s.later(2 * time.Hour)
	if got := s.status(client, "closed"); got != "401 Unauthorized" {
		t.Errorf("on the open connection: %s", got)
	}
	shown[0] = s.clients.day("named.example.com")
	s.await(func() bool { return s.status(client, "closed") == "200 OK" })
}

func TestWithoutClientCANoCertificateIsAskedFor(t *testing.T) {
	yaml := strings.Replace(secured, ", client_ca: FOLDER/clients.pem", "", 1)
	for _, kind := range []string{"named", "narrow", "pinned"} {
		before, rest, _ := strings.Cut(yaml, "  - {name: "+kind)
		_, after, _ := strings.Cut(rest, "\n")
		yaml = before + after
	}
	s := prepare(t).run(yaml)
	asked := false
	s.handshake(&tls.Config{RootCAs: s.authority.pool(), GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return &tls.Certificate{}, nil
	}})
	if asked {
		t.Error("it was")
	}
}

func TestEventsFlowOverHTTP2(t *testing.T) {
	yaml := strings.NewReplacer(
		"every: 168h}, ahead: 4", "every: 2s}, ahead: 3, lead: 2s",
		"server:", "server:\n  read_timeout: 1s\n  write_timeout: 1s\n  shutdown_timeout: 3s",
	).Replace(secured)
	s := prepare(t)
	s.later(-9 * time.Second) // so that the ten seconds which one message may take are one
	s.run(yaml)
	resp, err := s.client().Get(s.url + "/v1/channels/open/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	st := &stream{resp, bufio.NewScanner(resp.Body)}
	began := time.Now()
	for range 3 {
		if _, ok := st.next(); !ok {
			t.Fatalf("the stream ended after %v", time.Since(began))
		}
	}
	for time.Since(began) < 3*time.Second {
		if _, ok := st.next(); !ok {
			t.Fatalf("the stream ended after %v", time.Since(began))
		}
	}
	if resp.Proto != "HTTP/2.0" {
		t.Errorf("it was %s", resp.Proto)
	}
}

func TestAHealthCheckThatOnlyConnectsIsNoWarning(t *testing.T) {
	s := prepare(t).run("log: {level: debug}\n" + secured)
	for _, tc := range []struct{ sent, err, level string }{
		{"", ": EOF", "DEBUG"},
		{"what is no handshake at all", "first record does not look like a TLS handshake", "WARN"},
	} {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, tc.sent)
		conn.Close()
		s.await(func() bool { return strings.Contains(s.logs.String(), tc.err) })
		for line := range strings.Lines(s.logs.String()) {
			if strings.Contains(line, tc.err) && !strings.Contains(line, "level="+tc.level) {
				t.Errorf("%q: %s", tc.sent, line)
			}
		}
	}
}
