package access

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A kind is a way to show a secret, by its key in a Credential.
type kind string

const (
	basicKind  kind = "basic"
	bearerKind kind = "bearer"
	headerKind kind = "header"
)

// A proof is the one form that all kinds of credentials with a secret have here: a label
// (the user, the header's name, nothing for bearer) and the secret.
type proof struct {
	kind   kind
	label  string
	plain  keyplan.Secret
	hashed string
}

// proofs gives the secrets that c can be shown by; at most one, if it is valid.
func (c Credential) proofs() []proof {
	var ps []proof
	if b := c.Basic; b != nil {
		ps = append(ps, proof{basicKind, b.User, b.Password, b.PasswordSHA256})
	}
	if b := c.Bearer; b != nil {
		ps = append(ps, proof{bearerKind, "", b.Token, b.TokenSHA256})
	}
	if h := c.Header; h != nil {
		ps = append(ps, proof{headerKind, http.CanonicalHeaderKey(h.Name), h.Value, h.ValueSHA256})
	}
	return ps
}

// field is the key of the plain secret; that of the hashed one ends in _sha256.
func (p proof) field() string {
	names := map[kind]string{basicKind: "password", bearerKind: "token", headerKind: "value"}
	return string(p.kind) + "." + names[p.kind]
}

// at is the key under which the secret is given.
func (p proof) at() string {
	if p.plain != nil {
		return p.field()
	}
	return p.field() + "_sha256"
}

// digest is the SHA-256 of the secret, if it is given in exactly one form and well. No
// secret is empty, so that what shows an empty one is never found.
func (p proof) digest() (sum [sha256.Size]byte, ok bool) {
	switch plain := p.plain.Reveal(); {
	case p.hashed == "":
		return sha256.Sum256(plain), len(plain) > 0
	case p.plain == nil && len(p.hashed) == hex.EncodedLen(len(sum)):
		_, err := hex.Decode(sum[:], []byte(p.hashed))
		return sum, err == nil && sum != sha256.Sum256(nil)
	}
	return sum, false
}

func (p proof) check(ps *keyplan.Problems, loopback bool) {
	_, ok := p.digest()
	switch {
	case (p.plain == nil) == (p.hashed == ""):
		ps.Add(string(p.kind), "exactly one of %s and %[1]s_sha256", strings.TrimPrefix(p.field(), string(p.kind)+"."))
	case !ok && p.plain != nil:
		ps.Add(p.at(), "a secret that is not empty")
	case !ok:
		ps.Add(p.at(), "64 hex digits, as printed by keyrotor hash")
	case p.plain != nil && !loopback:
		ps.Add(p.at(), "%s_sha256 instead, for the server listens beyond loopback", p.field())
	}
	p.checkLabel(ps)
}

func (p proof) checkLabel(ps *keyplan.Problems) {
	switch {
	case p.kind == basicKind && (p.label == "" || strings.Contains(p.label, ":")):
		ps.Add("basic.user", "a user without a colon (RFC 7617)")
	case p.kind == headerKind && !isToken(p.label):
		ps.Add("header.name", "a header name")
	case p.kind == headerKind && reserved(p.label):
		ps.Add("header.name", "a header that HTTP itself does not use")
	}
}

// isToken reports whether s is a token of RFC 9110 §5.6.2, as header names are.
func isToken(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return s != "" && strings.Trim(s, letters+"!#$%&'*+-.^_`|~") == ""
}

// reserved names headers that net/http consumes, proxies change, or other kinds use.
func reserved(name string) bool {
	switch name {
	case "Authorization", "Proxy-Authorization", "Cookie", "Host", "Connection", "Content-Length",
		"Content-Type", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}
