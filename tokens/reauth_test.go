package tokens_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/tokens"
)

func TestUnderStrictReauthLicencesEndBeforeTheLastPeriodDoes(t *testing.T) {
	const s, m, h = time.Second, time.Minute, time.Hour
	offBeat := every(m)
	offBeat.PackagerInterval = new(25 * s)
	for _, tc := range []struct {
		name    string
		studio  *studio
		request tokens.Request
		want    lifetimes
	}{
		{"the current one", newStudio(t, every(h)), tokens.Request{}, lifetimes{-m, 10 * m, -m, h - s}},
		{"the next one, once it is announced", newStudio(t, every(h)).at(t, morning.Add(40*m)), tokens.Request{}, lifetimes{-m, 20 * m, -m, 80*m - s}},
		{"and the token with them, if it is shorter than its lifetime", newStudio(t, halfMinutes()), tokens.Request{}, lifetimes{-m, 29 * s, -m, 29 * s}},
		{"and before the next key may be on air", newStudio(t, offBeat), tokens.Request{Wish: tokens.Wish{From: morning, To: morning}},
			lifetimes{-m, 47 * s, -m, 47 * s}},
		{"unless they ended already: then with the token", newStudio(t, halfMinutes()).at(t, morning.Add(2*m)),
			tokens.Request{Wish: tokens.Wish{From: morning, To: morning}}, lifetimes{-m, 10 * m, -m, 10 * m}},
		{"or at validTo", newStudio(t, every(h)), tokens.Request{ValidTo: morning.Add(m)}, lifetimes{-m, m, -m, m}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := tc.studio.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), StrictReauth: true}, tc.request)
			if diff := cmp.Diff(tc.want, lifetimesOf(t, tc.studio, a), cmp.AllowUnexported(lifetimes{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnderStrictReauthStaticKeysAreLicensedUntilTheTokenEnds(t *testing.T) {
	s := newStudio(t, halfMinutes())
	kids := s.withStatic(t, "VIDEO")
	r := tokens.Request{Wish: tokens.Wish{KIDs: kids}}
	a := s.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), StrictReauth: true}, r)
	if end := decode(t, a.Token).Message.License.Expiration; !end.Equal(morning.Add(10*time.Minute)) || !a.Expires.Equal(end) {
		t.Errorf("licences end at %v, the token at %v", end, a.Expires)
	}
}

// Of any policy at any time: a token begins before it ends, its licences never end before it,
// and it is good until the last of its keys may be on air, when the fetch window is over.
func TestATokenOutlivesTheFetchWindowOfItsLastKey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStudio(t, drawRotation(rt)).at(t, morning.Add(time.Duration(rapid.IntRange(0, 600).Draw(rt, "now"))*time.Second))
		section := allFormats()
		section.Lifetime = new(time.Duration(rapid.IntRange(1, 600).Draw(rt, "lifetime")) * time.Second)
		section.StrictReauth = rapid.Bool().Draw(rt, "strict")
		a := s.issueWith(t, section, tokens.Request{})
		m := decode(t, a.Token)
		if !m.Begin.Before(m.Expires) || m.Message.License.Expiration.Before(m.Expires) || a.RefreshAt.After(a.Expires) || !a.RefreshAt.After(s.now) {
			rt.Errorf("begins %v, expires %v, refresh at %v, licences end %v", m.Begin, m.Expires, a.RefreshAt, m.Message.License.Expiration)
		}
		for _, l := range s.plan.Licensable(s.channel.Policy, s.now) {
			for _, k := range l.Keys {
				if holdsKID(a, k.KID) && m.Expires.Before(l.From) {
					rt.Errorf("expires %v, a key is fetched until %v", m.Expires, l.From)
				}
			}
		}
	})
}
