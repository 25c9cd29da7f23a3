package access_test

import (
	"fmt"
	"net/http"
	"testing"

	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
)

// Of any secrets, each finds its own credential and nothing else finds one.
func TestLawASecretFindsItsOwnCredential(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfNDistinct(rapid.StringN(1, 20, 40), 1, 6, rapid.ID).Draw(t, "secrets")
		var c access.Config
		for i, s := range secrets {
			c = append(c, access.Credential{Name: fmt.Sprint(i), Role: access.Viewer,
				Basic: &access.Basic{User: fmt.Sprint("user", i%2), Password: secret(s)}})
		}
		g, err := access.New(c)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range secrets {
			for user := range 2 {
				caller, err := g.Identify(request(http.Header{"Authorization": {basicAuth(fmt.Sprint("user", user), s)}}), noon)
				if found := err == nil && caller.Name == fmt.Sprint(i); found != (user == i%2) {
					t.Errorf("secret %d with user %d: got %v", i, user, caller)
				}
			}
		}
	})
}

func BenchmarkIdentifyBasicAmongAHundred(b *testing.B) {
	var c access.Config
	for i := range 100 {
		c = append(c, access.Credential{Name: fmt.Sprint(i), Role: access.Packager,
			Basic: &access.Basic{User: fmt.Sprint(i), PasswordSHA256: access.Hash(fmt.Sprint("secret", i))}})
	}
	g := guard(b, c)
	r := request(http.Header{"Authorization": {basicAuth("50", "secret50")}})
	for b.Loop() {
		if _, err := g.Identify(r, noon); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever the headers, Identify answers, and never with somebody.
func FuzzIdentify(f *testing.F) {
	f.Add(basicAuth("pack", "wrong"), "")
	f.Add("Bearer x", "x")
	f.Add("Basic cGFjazpwbGFudGVkOjE6", "x")
	g, err := access.New(credentials())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, key string) {
		r := request(http.Header{"Authorization": {authorization}, "X-Speke-Key": {key}})
		if caller, err := g.Identify(r, noon); caller != nil || err != access.ErrBadCredentials {
			t.Errorf("got %v, %v", caller, err)
		}
	})
}
