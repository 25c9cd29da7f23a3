package cpix

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
)

// ErrRecipient is wrapped where content keys cannot be encrypted to all who are named, or
// where none of those named is the one who decrypts. The errors repeat nothing of a
// certificate.
var ErrRecipient = errors.New("no recipient for content keys")

// Bounds of what Encrypt takes. The upper ones are far above what is in use, and keep a
// document from costing seconds.
const (
	minRSABits    = 2048
	maxRSABits    = 8192
	maxRecipients = 64
)

// publicKey gives the RSA key of the recipient's certificate.
func (r *DeliveryData) publicKey() (*rsa.PublicKey, error) {
	if len(r.Certificates) == 0 {
		return nil, fmt.Errorf("%w: no certificate", ErrRecipient)
	}
	der, err := DecodeBase64(r.Certificates[0])
	if err != nil {
		return nil, fmt.Errorf("%w: a certificate that is %w", ErrRecipient, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%w: a certificate that is no X.509 in DER", ErrRecipient)
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: a certificate whose key is %v, not RSA", ErrRecipient, cert.PublicKeyAlgorithm)
	}
	if bits := public.N.BitLen(); bits < minRSABits || bits > maxRSABits {
		return nil, fmt.Errorf("%w: an RSA key of %d bits, not of %d to %d", ErrRecipient, bits, minRSABits, maxRSABits)
	}
	return public, nil
}

// recipients gives the key of each DeliveryData, of which there must be one at least.
func (d *Document) recipients() ([]*rsa.PublicKey, error) {
	if n := len(d.DeliveryData); n == 0 || n > maxRecipients {
		return nil, fmt.Errorf("%w: %d are named, not 1 to %d", ErrRecipient, n, maxRecipients)
	}
	keys := make([]*rsa.PublicKey, len(d.DeliveryData))
	for i, r := range d.DeliveryData {
		key, err := r.publicKey()
		if err != nil {
			return nil, fmt.Errorf("recipient %d of %d: %w", i+1, len(keys), err)
		}
		keys[i] = key
	}
	return keys, nil
}
