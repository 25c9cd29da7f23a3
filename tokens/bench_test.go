package tokens_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/keyrotor/keyrotor/tokens"
)

// A token of about 5,000 characters, from a plan that keeps a day of 30s periods.
func BenchmarkIssue(b *testing.B) {
	c := halfMinutes()
	c.DVR = new(10 * time.Minute)
	s := newStudio(b, c).at(b, morning.Add(24*time.Hour))
	i := s.issuer(b, tokens.Section{Axinom: new(sampleConfig())})
	for b.Loop() {
		if _, err := i.Issue(b.Context(), s.channel, tokens.Request{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The floor of BenchmarkIssue: as many bytes, signed.
func BenchmarkSign(b *testing.B) {
	signed := string(bytes.Repeat([]byte("e"), 4950))
	key := secret(b, sampleKey).Reveal()
	for b.Loop() {
		if _, err := jwt.SigningMethodHS256.Sign(signed, key); err != nil {
			b.Fatal(err)
		}
	}
}
