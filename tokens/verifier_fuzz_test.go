package tokens_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func FuzzATokenThatNobodySigned(f *testing.F) {
	n := newNotary(f)
	good := []string{n.mac(f, macHeader, plainClaims), n.axinom(f, axinomClaims(""))}
	for _, token := range n.wrongTokens(f) {
		if len(token) < 10_000 {
			f.Add(token)
		}
	}
	f.Add(good[0])
	f.Add(good[1])
	f.Fuzz(func(t *testing.T, token string) {
		if g, err := n.verifier.Verify(token, morning); err == nil && token != good[0] && token != good[1] {
			t.Fatalf("%q grants %v", token, g)
		}
	})
}

func FuzzClaimsThatSomebodySigned(f *testing.F) {
	n := newNotary(f)
	for _, claims := range wrongClaims {
		f.Add(claims)
	}
	for _, claims := range wrongMessages {
		f.Add(claims)
	}
	f.Add(plainClaims)
	f.Add(axinomClaims(""))
	f.Fuzz(func(t *testing.T, claims string) {
		for _, token := range []string{n.mac(t, macHeader, claims), n.axinom(t, claims)} {
			g, err := n.verifier.Verify(token, morning)
			switch {
			case err != nil && !errors.Is(err, tokens.ErrToken):
				t.Fatal(err)
			case err == nil && (len(g.KIDs) == 0 || g.KIDs[0] == keyplan.KID{} && !strings.Contains(claims, "0000") || !g.Expires.After(morning.Add(-notarySkew))):
				t.Fatalf("%q grants %v until %v", claims, g.KIDs, g.Expires)
			}
		}
	})
}
