package access

import (
	"encoding/hex"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Config lists the credentials that a server knows. Nil means that everybody may do
// everything, which is allowed on loopback only.
type Config []Credential

// A Credential is one secret and what it opens. Exactly one of Basic, Bearer, Header and
// Certificate is set. To change a secret without a gap, give the new one a credential of
// its own beside the old.
type Credential struct {
	// Name stands in logs and in what packagers were observed to ask. It is unique.
	Name string `yaml:"name"`
	// Role says what the caller may ask for.
	Role Role `yaml:"role"`
	// Channels are the IDs of the channels it is for, or * alone for all. Nil means all.
	Channels    keyplan.ChannelIDs `yaml:"channels"`
	Basic       *Basic             `yaml:"basic"`
	Bearer      *Bearer            `yaml:"bearer"`
	Header      *Header            `yaml:"header"`
	Certificate *Certificate       `yaml:"certificate"`
}

// Basic is a user and password (RFC 7617). Exactly one form of the password is set; the
// plain one is for servers on loopback.
type Basic struct {
	User           string         `yaml:"user"`
	Password       keyplan.Secret `yaml:"password"`
	PasswordSHA256 string         `yaml:"password_sha256"` // 64 hex digits
}

// Bearer is a token in the Authorization header (RFC 6750), in one form.
type Bearer struct {
	Token       keyplan.Secret `yaml:"token"`
	TokenSHA256 string         `yaml:"token_sha256"` // 64 hex digits
}

// Header is a static header, for packagers that can send no other credential. Its value
// is set in one form.
type Header struct {
	Name        string         `yaml:"name"` // in any letter case
	Value       keyplan.Secret `yaml:"value"`
	ValueSHA256 string         `yaml:"value_sha256"` // 64 hex digits
}

// Validate checks c completely; loopback says whether the server listens on loopback
// only. Keys of problems begin with the index: "[0].role".
func (c Config) Validate(loopback bool) keyplan.Problems {
	var ps keyplan.Problems
	if len(c) == 0 && !loopback {
		ps.Add("", "at least one credential, for the server listens beyond loopback")
	}
	seen := map[string]int{}
	for i, cred := range c {
		sub := cred.validate(loopback)
		for _, unique := range cred.unique() {
			if first, ok := seen[unique.value]; ok {
				sub.Add(unique.key, "%s that [%d] does not have", unique.what, first)
			}
			seen[unique.value] = i
		}
		ps.Under(fmt.Sprintf("[%d]", i), sub)
	}
	return ps
}

func (c Credential) validate(loopback bool) keyplan.Problems {
	var ps keyplan.Problems
	if c.Name == "" {
		ps.Add("name", "a name")
	}
	if !c.Role.Valid() {
		ps.Add("role", "packager, issuer, viewer or operator")
	}
	c.Channels.Check(&ps)
	c.checkKind(&ps, loopback)
	return ps
}

func (c Credential) checkKind(ps *keyplan.Problems, loopback bool) {
	proofs := c.proofs()
	if kinds := len(proofs); kinds > 1 || (kinds == 1) == (c.Certificate != nil) {
		ps.Add("", "exactly one of basic, bearer, header and certificate")
	}
	for _, p := range proofs {
		p.check(ps, loopback)
	}
	if c.Certificate != nil {
		c.Certificate.check(ps)
	}
}

// A mark is what no two credentials may share.
type mark struct{ value, key, what string }

func (c Credential) unique() []mark {
	var marks []mark
	if c.Name != "" {
		marks = append(marks, mark{"name " + c.Name, "name", "a name"})
	}
	for _, p := range c.proofs() {
		if sum, ok := p.digest(); ok {
			marks = append(marks, mark{string(p.kind) + hex.EncodeToString(sum[:]), p.at(), "a secret"})
		}
	}
	if c.Certificate != nil {
		for _, l := range c.Certificate.labels() {
			marks = append(marks, mark{l.key + " " + l.value, "certificate." + l.key, "a certificate"})
		}
	}
	return marks
}
