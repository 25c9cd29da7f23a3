package tokens

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

const (
	minHMACSize   = 32   // bytes; RFC 7518, 3.2
	minRSASize    = 2048 // bits; RFC 7518, 3.3
	signatureSize = 32   // bytes, of HS256
)

// A keyPair is what golang-jwt signs and verifies with. It is not kept but in closures.
type keyPair struct {
	private, public any
	signatureSize   int // bytes
}

// newKeyPair reads the key of an algorithm: for HS256 base64 (RFC 4648, 4), for the others
// PEM. Where that is none, or a weak one, it says what is wanted, and nothing of the key.
func newKeyPair(a Algorithm, text keyplan.Secret) (keyPair, string) {
	if a == HS256 {
		return newHMACKey(text.Reveal())
	}
	private, want := decodePEM(text.Reveal())
	if want != "" {
		return keyPair{}, want
	}
	switch key := private.(type) {
	case *rsa.PrivateKey:
		if a == RS256 {
			return newRSAPair(key)
		}
	case *ecdsa.PrivateKey:
		if a == ES256 {
			return newECPair(key)
		}
	case ed25519.PrivateKey:
		if a == EdDSA {
			return keyPair{key, key.Public(), ed25519.SignatureSize}, ""
		}
	}
	return keyPair{}, "a key for " + string(a) + ", which is " + kinds[a]
}

// kinds says what an algorithm signs with.
var kinds = map[Algorithm]string{RS256: "an RSA key", ES256: "an EC key on P-256", EdDSA: "an Ed25519 key"}

func newHMACKey(text []byte) (keyPair, string) {
	key, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil || len(key) < minHMACSize {
		return keyPair{}, "at least 32 bytes in base64 (standard alphabet, padded) for HS256"
	}
	return keyPair{key, key, signatureSize}, ""
}

func newRSAPair(key *rsa.PrivateKey) (keyPair, string) {
	if key.N.BitLen() < minRSASize {
		return keyPair{}, "an RSA key of at least 2048 bits"
	}
	return keyPair{key, key.Public(), key.Size()}, ""
}

func newECPair(key *ecdsa.PrivateKey) (keyPair, string) {
	if key.Curve != elliptic.P256() {
		return keyPair{}, "an EC key on P-256 (prime256v1)"
	}
	return keyPair{key, key.Public(), 64}, "" // RFC 7518, 3.4: two numbers of 32 bytes
}

// decodePEM reads a private key: PKCS #8, PKCS #1 or SEC 1, behind the parameters that openssl
// may write before it.
func decodePEM(text []byte) (private any, want string) {
	block, rest := pem.Decode(text)
	if block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	switch {
	case block == nil:
		return nil, "a private key in PEM"
	case strings.TrimSpace(string(rest)) != "":
		return nil, "nothing behind the private key"
	case strings.Contains(block.Type, "PUBLIC") || block.Type == "CERTIFICATE":
		return nil, "the private key, not what is public of it"
	case strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
		return nil, "a private key that is not encrypted"
	}
	private, err := parsePrivate(block)
	if err != nil {
		return nil, "a private key in PEM, as PKCS #8, PKCS #1 or SEC 1, that is not damaged"
	}
	return private, ""
}

func parsePrivate(block *pem.Block) (any, error) {
	switch block.Type {
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}
