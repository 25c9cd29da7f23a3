package tokens_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// A lifetimes is what a token says of itself, as durations from its issue.
type lifetimes struct{ begin, expires, licenseStart, licenseEnd time.Duration }

func lifetimesOf(t *testing.T, s *studio, a tokens.Answer) lifetimes {
	t.Helper()
	m := decode(t, a.Token)
	if !m.Expires.Equal(a.Expires) {
		t.Errorf("the token expires at %v, the answer says %v", m.Expires, a.Expires)
	}
	return lifetimes{
		m.Begin.Sub(s.now), m.Expires.Sub(s.now),
		m.Message.License.Start.Sub(s.now), m.Message.License.Expiration.Sub(s.now),
	}
}

func TestATokenLivesForItsLifetime(t *testing.T) {
	const s, m, h = time.Second, time.Minute, time.Hour
	// Grace is 2m. At morning the last entry in the token is the current one.
	for _, tc := range []struct {
		name     string
		policy   keyplan.PolicyConfig
		lifetime *time.Duration
		request  tokens.Request
		want     lifetimes
	}{
		{"by default 10m, and its licences until dvr and grace after it",
			halfMinutes(), nil, tokens.Request{}, lifetimes{-m, 10 * m, -m, 14 * m}},
		{"as configured, and its licences until dvr and grace after the last span",
			halfMinutes(), new(20 * s), tokens.Request{}, lifetimes{-m, 20 * s, -m, 150*s + 4*m}},
		{"hourly keys",
			every(h), nil, tokens.Request{}, lifetimes{-m, 10 * m, -m, 3 * h}},
		{"until a later key may be on air",
			halfMinutes(), new(20 * s), tokens.Request{Wish: tokens.Wish{From: morning, To: morning.Add(70 * s)}},
			lifetimes{-m, 60 * s, -m, 210*s + 4*m}},
		{"from validFrom",
			farAhead(), nil, tokens.Request{ValidFrom: morning.Add(h)}, lifetimes{h, h + 10*m, h, h + 14*m}},
		{"from a validFrom that is past",
			halfMinutes(), nil, tokens.Request{ValidFrom: morning.Add(-h)}, lifetimes{-h, 10 * m, -h, 14 * m}},
		{"until validTo",
			halfMinutes(), nil, tokens.Request{ValidTo: morning.Add(5 * m)}, lifetimes{-m, 5 * m, -m, 5 * m}},
		{"until its end, if validTo is later, and its licences until validTo",
			halfMinutes(), nil, tokens.Request{ValidTo: morning.Add(11 * m)}, lifetimes{-m, 10 * m, -m, 11 * m}},
		{"never a fraction more than was asked for",
			halfMinutes(), nil, tokens.Request{ValidFrom: morning.Add(s + 1), ValidTo: morning.Add(9*s + 999*time.Millisecond)},
			lifetimes{2 * s, 9 * s, 2 * s, 9 * s}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStudio(t, tc.policy)
			a := s.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), Lifetime: tc.lifetime}, tc.request)
			if diff := cmp.Diff(tc.want, lifetimesOf(t, s, a), cmp.AllowUnexported(lifetimes{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefreshAtIsNeverAfterTheTokenExpires(t *testing.T) {
	s := newStudio(t, every(time.Hour))
	a := s.issue(t, tokens.Request{})
	if a.RefreshAt.After(a.Expires) {
		t.Errorf("refresh at %v, expires at %v", a.RefreshAt, a.Expires)
	}
	c := every(time.Hour)
	c.Lead = new(10 * time.Hour)
	for _, s := range []*studio{s, newStudio(t, c)} {
		a = s.issue(t, tokens.Request{ValidTo: morning.Add(time.Minute)})
		if want := morning.Add(time.Minute); !a.RefreshAt.Equal(want) {
			t.Errorf("refresh at %v, want %v", a.RefreshAt, want)
		}
	}
}

// A packager that switches every 25s under a policy of 60s has a slack of 12.5s.
func TestATokenExpiresAtAWholeSecondAfterItsLastKeyMayBeOnAir(t *testing.T) {
	c := every(time.Minute)
	c.PackagerInterval = new(25 * time.Second)
	s := newStudio(t, c)
	r := tokens.Request{Wish: tokens.Wish{From: morning, To: morning.Add(time.Minute)}}
	a := s.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), Lifetime: new(time.Second)}, r)
	if want := morning.Add(48 * time.Second); !a.Expires.Equal(want) {
		t.Errorf("expires at %v, want %v: 47.5s rounded up", a.Expires, want)
	}
}
