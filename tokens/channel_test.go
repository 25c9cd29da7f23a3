package tokens_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/tokens"
)

// morning is a boundary of every interval that divides an hour.
var morning = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// A studio is one channel with its plan, keys and a clock that is set by hand.
type studio struct {
	channel *keyplan.Channel
	plan    *keyplan.Plan
	source  *source.Derived
	sealer  *seal.Local
	now     time.Time
}

// newStudio plans a channel with VIDEO and AUDIO under policy at morning.
func newStudio(t testing.TB, policy keyplan.PolicyConfig, schemes ...keyplan.Scheme) *studio {
	t.Helper()
	root := source.Root{ID: "a", Secret: keyplan.NewSecret([]byte("0123456789abcdef0123456789abcdef"))}
	derived, err := source.NewDerived(root)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.NewLocal(keyplan.NewSecret(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := &studio{channel: newChannel(t, policy, schemes), plan: keyplan.NewPlan(), source: derived, sealer: sealer}
	s.at(t, morning)
	return s
}

func newChannel(t testing.TB, policy keyplan.PolicyConfig, schemes []keyplan.Scheme) *keyplan.Channel {
	t.Helper()
	pol, ps := keyplan.NewPolicy(policy)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch, ps := keyplan.NewChannel(keyplan.ChannelConfig{
		ID: "news", Tracks: []keyplan.Track{"VIDEO", "AUDIO"}, Schemes: schemes,
	}, pol)
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	return ch
}

// at sets the clock and plans what the policy has planned by then.
func (s *studio) at(t testing.TB, now time.Time) *studio {
	t.Helper()
	s.now = now
	planner := keyplan.Planner{Source: s.source, Sealer: s.sealer}
	for {
		recs, err := planner.Ahead(t.Context(), s.channel, s.plan, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(recs) == 0 {
			return s
		}
		s.plan = s.plan.With(recs...)
	}
}

// kids are those of the entries that begin at the given times after morning.
func (s *studio) kids(t testing.TB, starts ...time.Duration) []keyplan.KID {
	t.Helper()
	var kids []keyplan.KID
	for _, d := range starts {
		e, ok := s.plan.Starting(morning.Add(d))
		if !ok {
			t.Fatalf("no entry begins %v after morning", d)
		}
		for _, k := range e.Keys {
			kids = append(kids, k.KID)
		}
	}
	return kids
}

func (s *studio) issuer(t testing.TB, section tokens.Section) *tokens.Issuer {
	t.Helper()
	i, err := tokens.New(tokens.Config{
		Section: section,
		Now:     func() time.Time { return s.now },
		Plan:    func(string) *keyplan.Plan { return s.plan },
		Open:    s.sealer.Open,
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// issue asks for a token in the section of the sample communication key.
func (s *studio) issue(t testing.TB, r tokens.Request) tokens.Answer {
	t.Helper()
	return s.issueWith(t, tokens.Section{Axinom: new(sampleConfig())}, r)
}

func (s *studio) issueWith(t testing.TB, section tokens.Section, r tokens.Request) tokens.Answer {
	t.Helper()
	a, err := s.issuer(t, section).Issue(t.Context(), s.channel, r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *studio) fail(t testing.TB, r tokens.Request) error {
	t.Helper()
	_, err := s.issuer(t, tokens.Section{Axinom: new(sampleConfig())}).Issue(t.Context(), s.channel, r)
	if err == nil {
		t.Fatal("a token was issued")
	}
	return err
}

// config is for an Issuer of one fixed plan, which opens no key.
func config(section tokens.Section, now time.Time, plan *keyplan.Plan) tokens.Config {
	return tokens.Config{
		Section: section,
		Now:     func() time.Time { return now },
		Plan:    func(string) *keyplan.Plan { return plan },
		Open: func(context.Context, keyplan.KeyRef, keyplan.KID, []byte) (keyplan.Secret, error) {
			return nil, errors.New("sealed by another")
		},
	}
}

func every(d time.Duration) keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: &d}}
}

// halfMinutes rotates every 30s, announces 15s ahead, and keeps 2m in tokens.
func halfMinutes() keyplan.PolicyConfig {
	c := every(30 * time.Second)
	c.Lead, c.DVR = new(15*time.Second), new(2*time.Minute)
	return c
}
