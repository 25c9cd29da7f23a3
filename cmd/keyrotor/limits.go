package main

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
)

// A LimitsConfig says how often somebody may call. Nil means as often as they like.
type LimitsConfig struct {
	// TokensPerCredential bounds the calls of a credential for tokens, TokensPerSubject those
	// of a credential for one subject, which a call may leave out.
	TokensPerCredential *access.Rate `yaml:"tokens_per_credential"`
	TokensPerSubject    *access.Rate `yaml:"tokens_per_subject"`
	// TokensPerRemote bounds the calls of a remote for tutorial tokens, LicensesPerRemote those
	// for licenses of each kind.
	TokensPerRemote   *access.Rate `yaml:"tokens_per_remote"`
	LicensesPerRemote *access.Rate `yaml:"licenses_per_remote"`
}

func (c LimitsConfig) validate() keyplan.Problems {
	var ps keyplan.Problems
	for _, r := range []struct {
		key  string
		rate *access.Rate
	}{
		{"tokens_per_credential", c.TokensPerCredential}, {"tokens_per_subject", c.TokensPerSubject},
		{"tokens_per_remote", c.TokensPerRemote}, {"licenses_per_remote", c.LicensesPerRemote},
	} {
		if r.rate != nil {
			ps.Under(r.key, r.rate.Validate())
		}
	}
	return ps
}

// limits hold callers to a LimitsConfig. The limiters may be nil.
type limits struct {
	tokensPerCredential, tokensPerSubject, tokensPerRemote, licensesPerRemote *access.Limiter
}

func newLimits(c LimitsConfig, watch *metrics) limits {
	named := func(r *access.Rate, name string) *access.Limiter {
		return access.NewLimiter(r, func() { watch.callLimited(name) })
	}
	return limits{
		tokensPerCredential: named(c.TokensPerCredential, "tokens_per_credential"),
		tokensPerSubject:    named(c.TokensPerSubject, "tokens_per_subject"),
		tokensPerRemote:     named(c.TokensPerRemote, "tokens_per_remote"),
		licensesPerRemote:   named(c.LicensesPerRemote, "licenses_per_remote"),
	}
}

// token counts a call for a token, or gives the problem of one too many. Nobody's calls are
// counted where they come in, by remote.
func (l limits) token(caller *access.Caller, subject string, now time.Time) error {
	if caller == nil {
		return nil
	}
	wait := l.tokensPerCredential.Take(caller.Name, now)
	if wait == 0 && subject != "" {
		wait = l.tokensPerSubject.Take(caller.Name+"\x00"+subject, now)
	}
	if wait == 0 {
		return nil
	}
	p := api.NewProblem(http.StatusTooManyRequests, "")
	p.RetryAfter = access.Seconds(wait)
	return p
}
