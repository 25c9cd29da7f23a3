package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
)

// minRecipientBits is the least RSA key that content keys are encrypted to.
const minRecipientBits = 2048

// readRecipients gives the certificate of each PEM file in base64 of DER. Files are relative
// to the working directory.
func readRecipients(files []string) ([]string, error) {
	var recipients []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cpix_recipients: %w", err)
		}
		block, _ := pem.Decode(text)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("cpix_recipients: %s: no certificate in PEM", file)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("cpix_recipients: %s: %w", file, err)
		}
		if key, ok := cert.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() < minRecipientBits {
			return nil, fmt.Errorf("cpix_recipients: %s: want an RSA key of at least %d bits", file, minRecipientBits)
		}
		recipients = append(recipients, base64.StdEncoding.EncodeToString(block.Bytes))
	}
	return recipients, nil
}
