package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
)

// A shown is what a request shows for itself, or what a credential would: label and
// secret as SHA-256, so that all have one length.
type shown struct {
	kind          kind
	label, secret [sha256.Size]byte
}

func show(k kind, label, secret string) shown {
	return shown{k, sha256.Sum256([]byte(label)), sha256.Sum256([]byte(secret))}
}

// equal is 1 or 0. The kind is no secret.
func (s shown) equal(other shown) int {
	if s.kind != other.kind {
		return 0
	}
	return subtle.ConstantTimeCompare(s.label[:], other.label[:]) &
		subtle.ConstantTimeCompare(s.secret[:], other.secret[:])
}

// read gives the one credential in h. Two are refused even if both are known: a proxy
// and keyrotor might each believe another.
func (g *Guard) read(h http.Header) (shown, error) {
	var found []shown
	for _, value := range h.Values("Authorization") {
		s, ok := authorization(value)
		if !ok {
			return shown{}, ErrBadCredentials
		}
		found = append(found, s)
	}
	for _, name := range g.headers {
		for _, value := range h.Values(name) {
			found = append(found, show(headerKind, name, value))
		}
	}
	switch len(found) {
	case 0:
		return shown{}, ErrNoCredentials
	case 1:
		return found[0], nil
	}
	return shown{}, ErrBadCredentials
}

// authorization reads the value of an Authorization header (RFC 9110 §11.6.2).
func authorization(value string) (shown, bool) {
	scheme, rest, _ := strings.Cut(value, " ")
	rest = strings.Trim(rest, " ")
	switch {
	case strings.EqualFold(scheme, "Basic"):
		return basic(rest)
	case strings.EqualFold(scheme, "Bearer"):
		return show(bearerKind, "", rest), true
	}
	return shown{}, false
}

// basic reads user and password (RFC 7617): the password may hold colons, and bytes that
// are not UTF-8 are compared as they are.
func basic(encoded string) (shown, bool) {
	text, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || strings.ContainsAny(encoded, "\r\n") { // which base64 skips
		return shown{}, false
	}
	user, password, found := strings.Cut(string(text), ":")
	return show(basicKind, user, password), found
}
