package main_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	keyrotor "github.com/keyrotor/keyrotor/cmd/keyrotor"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/tokens"
)

// A settled is a configuration with every default filled in by the room that has it.
type settled struct {
	Config   keyrotor.Config
	Policies map[string]*keyplan.Policy
	Channels []*keyplan.Channel
	Patterns []*keyplan.Pattern
	Token    tokens.Answer
	Webhooks []*webhook.Target
}

var (
	calendars = cmp.Comparer(func(a, b *keyplan.Calendar) bool { return a.String() == b.String() })
	// what of a target is not exported has no default
	targets = cmpopts.IgnoreUnexported(webhook.Target{})
	secrets = cmp.Comparer(func(a, b keyplan.Secret) bool { return string(a.Reveal()) == string(b.Reveal()) })
)

// meaning settles c. What has no default is compared as it stands.
func meaning(t testing.TB, c *keyrotor.Config) settled {
	t.Helper()
	s := settled{Policies: map[string]*keyplan.Policy{}, Token: crowded(t, *c.Tokens)}
	for name, p := range c.Policies {
		s.Policies[name], _ = keyplan.NewPolicy(p)
	}
	for i := range c.Channels {
		policy := s.Policies[c.Channels[i].Policy]
		if c.Channels[i].IsPattern() {
			p, _ := keyplan.NewPattern(c.Channels[i].ChannelConfig, policy)
			s.Patterns = append(s.Patterns, p)
		} else {
			ch, _ := keyplan.NewChannel(c.Channels[i].ChannelConfig, policy)
			s.Channels = append(s.Channels, ch)
		}
		c.Channels[i].ChannelConfig = keyplan.ChannelConfig{}
		c.Channels[i].Announcement.MaxAge = new(c.Channels[i].Announcement.Lasts())
	}
	s.Config = *c
	s.Webhooks, _ = webhook.NewTargets(c.Webhooks)
	s.Config.Policies, s.Config.Tokens, s.Config.Webhooks = nil, nil, nil
	return s
}

var crowdedAt = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

// crowded issues a token for more keys than fit, so that each setting shows in it.
func crowded(t testing.TB, section tokens.Section) tokens.Answer {
	t.Helper()
	ch, plan, sealer := crowd(t)
	issuer, err := tokens.New(tokens.Config{
		Section: section, Now: func() time.Time { return crowdedAt },
		Plan: func(string) *keyplan.Plan { return plan }, Open: sealer.Open,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := issuer.Issue(t.Context(), ch, tokens.Request{})
	if err != nil || len(a.LeftOut) == 0 {
		t.Fatalf("%v; %d keys left out", err, len(a.LeftOut))
	}
	return a
}

// crowd plans the last twelve hours of keys that change every ten minutes, always the same.
func crowd(t testing.TB) (*keyplan.Channel, *keyplan.Plan, keyplan.Sealer) {
	t.Helper()
	policy, ps := keyplan.NewPolicy(keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Every: new(10 * time.Minute)}, DVR: new(12 * time.Hour),
	})
	if len(ps) > 0 {
		t.Fatal(ps)
	}
	ch := &keyplan.Channel{ID: "crowd", Tracks: []keyplan.Track{"VIDEO"}, Schemes: []keyplan.Scheme{keyplan.CBCS}, Policy: policy}
	derived, err := source.NewDerived(source.Root{ID: "r", Secret: keyplan.NewSecret(make([]byte, 32))})
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.CreateFile(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	planner := keyplan.Planner{Source: derived, Sealer: sealer}
	plan := keyplan.NewPlan()
	for {
		recs, err := planner.Ahead(context.Background(), ch, plan, crowdedAt)
		if err != nil {
			t.Fatal(err)
		}
		if len(recs) == 0 {
			return ch, plan, sealer
		}
		plan = plan.With(recs...)
	}
}
