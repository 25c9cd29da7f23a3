package access

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Certificate is a client certificate that the server verified in the TLS handshake
// (server.tls.client_ca). Exactly one field is set. The subject is not looked at: its
// common name has meant nothing to TLS since RFC 6125.
type Certificate struct {
	// SPKISHA256 is the SHA-256 of the public key, in 64 hex digits. The bytes are those
	// of SubjectPublicKeyInfo in DER, so that a renewal with the same key changes nothing.
	SPKISHA256 string `yaml:"spki_sha256"`
	// DNS is a subject alternative name, in any letter case. A wildcard that a
	// certificate has stands for no name.
	DNS string `yaml:"dns"`
	// URI is a subject alternative name, such as a SPIFFE ID, letter for letter.
	URI string `yaml:"uri"`
}

// A label is one of the things by which a certificate is known: the key in Certificate
// and a value in its one form.
type label struct{ key, value string }

// labels gives what c has set; one, if it is valid.
func (c Certificate) labels() []label {
	all := []label{
		{"spki_sha256", strings.ToLower(c.SPKISHA256)}, {"dns", strings.ToLower(c.DNS)}, {"uri", c.URI},
	}
	return slices.DeleteFunc(all, func(l label) bool { return l.value == "" })
}

// labelsOf gives everything by which leaf may be known.
func labelsOf(leaf *x509.Certificate) []label {
	sum := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	all := []label{{"spki_sha256", hex.EncodeToString(sum[:])}}
	for _, name := range leaf.DNSNames {
		all = append(all, label{"dns", strings.ToLower(name)})
	}
	for _, uri := range leaf.URIs {
		all = append(all, label{"uri", uri.String()})
	}
	return all
}

func (c Certificate) check(ps *keyplan.Problems) {
	labels := c.labels()
	if len(labels) != 1 {
		ps.Add("certificate", "exactly one of spki_sha256, dns and uri")
	}
	for _, l := range labels {
		if want := l.wants(); want != "" {
			ps.Add("certificate."+l.key, "%s", want)
		}
	}
}

// wants says what is expected in place of a value that no certificate has.
func (l label) wants() string {
	switch l.key {
	case "spki_sha256":
		sum, err := hex.DecodeString(l.value)
		if err != nil || len(sum) != sha256.Size || sha256.Sum256(nil) == [sha256.Size]byte(sum) {
			return "64 hex digits, of a public key that is not empty"
		}
	case "dns":
		if strings.ContainsAny(l.value, "*:/@ ") {
			return "a DNS name without wildcards"
		}
	case "uri":
		if u, err := url.Parse(l.value); err != nil || !u.IsAbs() || u.String() != l.value {
			return "a URI with its scheme, such as spiffe://example.org/packager"
		}
	}
	return ""
}

// verified gives the certificate that the client of a connection has shown and proved to
// own, or nil. PeerCertificates alone would prove nothing.
func verified(state *tls.ConnectionState) *x509.Certificate {
	if state == nil || len(state.VerifiedChains) == 0 {
		return nil
	}
	return state.VerifiedChains[0][0]
}

// outlived reports whether r came on a connection whose client certificate has expired
// since the handshake.
func outlived(r *http.Request, now time.Time) bool {
	leaf := verified(r.TLS)
	return leaf != nil && now.After(leaf.NotAfter)
}
