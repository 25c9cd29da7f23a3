package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFilesThatCannotBeUsedAreRefusedAtStart(t *testing.T) {
	for what, tc := range map[string]struct {
		spoil func(*secureServer)
		say   string
	}{
		"no certificate": {func(s *secureServer) { os.Remove(filepath.Join(s.folder, "server.pem")) }, "server.pem: no such file"},
		"no key":         {func(s *secureServer) { os.Remove(filepath.Join(s.folder, "key.pem")) }, "key.pem: no such file"},
		"no match":       {func(s *secureServer) { mismatch(t, s, s.authority.day("x")) }, "private key does not match"},
		"no authority":   {func(s *secureServer) { put(t, s.folder, "clients.pem", []byte("x")) }, "no PEM certificate"},
		"a key as authority": {func(s *secureServer) {
			key, _ := os.ReadFile(filepath.Join(s.folder, "key.pem"))
			put(t, s.folder, "clients.pem", key)
		}, "part 1 is not a certificate"},
	} {
		s := prepare(t)
		tc.spoil(s)
		if err := s.open(secured); err == nil || !strings.HasPrefix(err.Error(), "server.tls: ") || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnExpiredCertificateIsAWarningAtStart(t *testing.T) {
	s := prepare(t)
	install(t, s.folder, s.authority.issue("first", time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)))
	if err := s.open(secured); err != nil {
		t.Fatal(err)
	}
	if log := s.logs.String(); !strings.Contains(log, `level=WARN msg="clients will refuse the certificate" err="certificate expired at `) {
		t.Errorf("the log:\n%s", log)
	}
}

func TestServingBeyondLoopbackWithoutTLSIsAWarning(t *testing.T) {
	plain := `
server: {listen: "LISTEN"}
store: {path: FOLDER/data}
credentials: [{name: a, role: viewer, bearer: {token_sha256: ` + strings.Repeat("ab", 32) + `}}]
policies: {weekly: {rotate: {every: 168h}}}
channels: [{id: open, policy: weekly, tracks: [VIDEO]}]
`
	for listen, warned := range map[string]int{"0.0.0.0:0": 1, "127.0.0.1:0": 0} {
		s := prepare(t)
		if err := s.open(strings.Replace(plain, "LISTEN", listen, 1)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(s.logs.String(), "keys leave without TLS"); got != warned {
			t.Errorf("%s: %d warnings, want %d", listen, got, warned)
		}
	}
	s := prepare(t)
	if err := s.open(strings.Replace(secured, "127.0.0.1", "0.0.0.0", 1)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.logs.String(), "keys leave without TLS") {
		t.Error("a server with TLS warns of its absence")
	}
}
