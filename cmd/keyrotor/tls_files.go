package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// tlsFiles keep a server's identity as new as the files that it is read from. Handshakes
// look after them; what cannot be used is left alone, and said once.
type tlsFiles struct {
	config  TLSConfig
	now     func() time.Time
	log     *slog.Logger
	current atomic.Pointer[tlsIdentity]

	mu     sync.Mutex // guards what follows
	looked time.Time
	said   string // what was wrong with the files at the last look; "" is nothing
}

// lookEvery bounds how often the files are looked at.
const lookEvery = 2 * time.Second

// openTLS reads the files for the first time. A certificate that is out of date gets a
// warning only: it may be renewed while the server runs, and planning goes on meanwhile.
func openTLS(c TLSConfig, now func() time.Time, log *slog.Logger) (*tlsFiles, error) {
	identity, err := readIdentity(c, now)
	if err != nil {
		return nil, fmt.Errorf("server.tls: %w", err)
	}
	f := &tlsFiles{config: c, now: now, log: log, looked: now()}
	if err := identity.valid(now()); err != nil {
		log.Warn("clients will refuse the certificate", "err", err)
	}
	f.use(identity)
	return f, nil
}

// server is what http.Server wants.
func (f *tlsFiles) server() *tls.Config {
	config := f.current.Load().config.Clone()
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		f.look()
		return f.current.Load().config, nil
	}
	return config
}

// expires is when the certificate that is shown now ends.
func (f *tlsFiles) expires() time.Time { return f.current.Load().leaf.NotAfter }

// look reads the files again if they changed. One handshake looks; others do not wait.
func (f *tlsFiles) look() {
	if !f.mu.TryLock() {
		return
	}
	defer f.mu.Unlock()
	now := f.now()
	if since := now.Sub(f.looked); since >= 0 && since < lookEvery {
		return
	}
	f.looked = now
	identity, err := f.renewed(now)
	if err != nil && err.Error() != f.said {
		f.log.Warn("TLS files are not usable, the former ones stay", "err", err)
	}
	if f.said = ""; err != nil {
		f.said = err.Error()
	} else if identity != nil {
		f.use(identity)
	}
}

// renewed gives what is in the files now, or nil if that is what is used already.
func (f *tlsFiles) renewed(now time.Time) (*tlsIdentity, error) {
	seen, err := f.config.stat()
	if err != nil || f.current.Load().unchanged(seen) {
		return nil, err
	}
	identity, err := readIdentity(f.config, f.now)
	if err != nil {
		return nil, err
	}
	return identity, identity.valid(now)
}

func (f *tlsFiles) use(identity *tlsIdentity) {
	f.current.Store(identity)
	f.log.Info("certificate in use", "serial", identity.leaf.SerialNumber.Text(16), "expires", identity.leaf.NotAfter)
}
