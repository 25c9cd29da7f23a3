package main_test

import (
	"crypto/x509"
	"testing"
)

// Roots may be set once in a process: setting them here fails if the binary has set its own.
func TestTheBinaryHasItsOwnCARoots(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("in an image from scratch no certificate could be checked")
		}
	}()
	x509.SetFallbackRoots(x509.NewCertPool())
}
