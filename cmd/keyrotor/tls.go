package main

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/keyplan"
)

// A TLSConfig names the files of a server that speaks TLS, all PEM. They are read again
// when they change. Paths are relative to the working directory.
type TLSConfig struct {
	// Certificate has the server's own certificate, then the intermediate ones.
	Certificate string `yaml:"certificate"`
	// Key is the certificate's private key, not encrypted.
	Key string `yaml:"key"`
	// ClientCA has the authorities of client certificates. Empty means that none is asked
	// for; otherwise clients may show one, and those that it does not cover are refused.
	ClientCA string `yaml:"client_ca"`
	// MinVersion is 1.2 or 1.3. Empty means 1.2.
	MinVersion string `yaml:"min_version"`
}

// tlsVersions are what a server may insist on; RFC 8996 forbids older ones.
var tlsVersions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// validate looks at no file: a configuration is checked elsewhere than it is used.
func (c TLSConfig) validate() keyplan.Problems {
	var ps keyplan.Problems
	if c.Certificate == "" {
		ps.Add("certificate", "a PEM file")
	}
	if c.Key == "" {
		ps.Add("key", "a PEM file")
	}
	if _, known := tlsVersions[c.minVersion()]; !known {
		ps.Add("min_version", "1.2 or 1.3")
	}
	return ps
}

func (c TLSConfig) minVersion() string { return cmp.Or(c.MinVersion, "1.2") }

// checkCertificates names the credentials that no connection could ever show.
func checkCertificates(ps *keyplan.Problems, credentials access.Config, c *TLSConfig) {
	for i, cred := range credentials {
		if cred.Certificate != nil && (c == nil || c.ClientCA == "") {
			ps.Add(fmt.Sprintf("credentials[%d].certificate", i), "server.tls.client_ca, which certificates are checked against")
		}
	}
}

// secure gives the app's side of TLS, or nil for HTTP.
func (a *app) secure() (*tls.Config, error) {
	c := a.config.Server
	if c.TLS == nil {
		if !c.loopback() {
			a.log.Warn("keys leave without TLS: have a proxy in front that speaks it", "addr", c.Listen)
		}
		return nil, nil
	}
	files, err := openTLS(*c.TLS, a.now, a.log)
	if err != nil {
		return nil, err
	}
	a.watch.certificateExpires(files.expires)
	return files.server(), nil
}

// certificateExpires shows when the server's certificate ends, as a figure to alert on:
// a renewal that does not reach the server is seen here.
func (m *metrics) certificateExpires(at func() time.Time) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "keyrotor_tls_certificate_expires_timestamp_seconds", Help: "End of the certificate that the server shows.",
	}, func() float64 { return float64(at().Unix()) }))
}
