package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// A tlsIdentity is what the server shows and whom it believes: what was in the files when
// they were read together.
type tlsIdentity struct {
	config *tls.Config
	leaf   *x509.Certificate
	read   []fs.FileInfo // as the files stood just before
}

// readIdentity reads all files of c. The certificate may be out of date.
func readIdentity(c TLSConfig, now func() time.Time) (*tlsIdentity, error) {
	seen, err := c.stat()
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s and key %s: %w", c.Certificate, c.Key, err)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{pair},
		MinVersion:   tlsVersions[c.minVersion()],
		NextProtos:   []string{"h2", "http/1.1"},
		Time:         now,
	}
	if c.ClientCA != "" {
		config.ClientAuth = tls.VerifyClientCertIfGiven
		if config.ClientCAs, err = readAuthorities(c.ClientCA); err != nil {
			return nil, fmt.Errorf("client_ca %s: %w", c.ClientCA, err)
		}
	}
	return &tlsIdentity{config, pair.Leaf, seen}, nil
}

// stat looks at the files that c names; a link counts as what it leads to.
func (c TLSConfig) stat() ([]fs.FileInfo, error) {
	var seen []fs.FileInfo
	for _, path := range []string{c.Certificate, c.Key, c.ClientCA} {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		seen = append(seen, info)
	}
	return seen, nil
}

// unchanged reports whether the files are still those that were read.
func (i *tlsIdentity) unchanged(seen []fs.FileInfo) bool {
	return slices.EqualFunc(i.read, seen, func(a, b fs.FileInfo) bool {
		return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
	})
}

// valid gives an error unless the certificate is in force now.
func (i *tlsIdentity) valid(now time.Time) error {
	if now.Before(i.leaf.NotBefore) {
		return fmt.Errorf("certificate is not valid before %s", i.leaf.NotBefore.Format(time.RFC3339))
	}
	if now.After(i.leaf.NotAfter) {
		return fmt.Errorf("certificate expired at %s", i.leaf.NotAfter.Format(time.RFC3339))
	}
	return nil
}

// readAuthorities reads a bundle, of which every part must be a certificate: one that is
// left out unnoticed would shut out its clients.
func readAuthorities(path string) (*x509.CertPool, error) {
	rest, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	var block *pem.Block
	for count := 0; ; count++ {
		if block, rest = pem.Decode(rest); block == nil && count == 0 {
			return nil, errors.New("no PEM certificate in it")
		} else if block == nil {
			return pool, nil
		}
		authority, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("part %d is not a certificate: %w", count+1, err)
		}
		pool.AddCert(authority)
	}
}
