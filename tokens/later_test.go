package tokens_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// farAhead is halfMinutes, planned for two hours.
func farAhead() keyplan.PolicyConfig {
	c := halfMinutes()
	c.AheadFor = new(2 * time.Hour)
	return c
}

func TestATokenForLaterHoldsTheKeysOfThenAndIsRefreshedThen(t *testing.T) {
	for _, later := range []time.Duration{time.Second, 20 * time.Second, time.Hour} {
		s := newStudio(t, farAhead())
		got := s.issue(t, tokens.Request{ValidFrom: morning.Add(later)})
		want := s.at(t, morning.Add(later)).issue(t, tokens.Request{})
		if diff := cmp.Diff(want.KIDs, got.KIDs); diff != "" {
			t.Errorf("valid %v later: %s", later, diff)
		}
		if !got.RefreshAt.Equal(want.RefreshAt) || got.RefreshAt.Before(morning.Add(later)) {
			t.Errorf("valid %v later: refresh at %v, want %v", later, got.RefreshAt, want.RefreshAt)
		}
	}
}

func TestATokenFromEarlierHoldsTheKeysOfNow(t *testing.T) {
	s := newStudio(t, farAhead()).at(t, morning.Add(time.Hour))
	got := s.issue(t, tokens.Request{ValidFrom: morning})
	if diff := cmp.Diff(s.issue(t, tokens.Request{}).KIDs, got.KIDs); diff != "" {
		t.Error(diff)
	}
}

func TestATokenThatBeginsAfterThePlanIsRefused(t *testing.T) {
	s := newStudio(t, halfMinutes()) // planned for two minutes
	s.issue(t, tokens.Request{ValidFrom: s.plan.End().Add(-time.Second)})
	for _, after := range []time.Duration{0, time.Second, time.Hour} {
		err := s.fail(t, tokens.Request{ValidFrom: s.plan.End().Add(after)})
		if diff := cmp.Diff("validFrom: want a time before 2026-03-01T09:02:00Z, where the plan ends", err.Error()); diff != "" {
			t.Errorf("%v after the plan: %s", after, diff)
		}
	}
	// What is asked for by name may be used whenever.
	s.issue(t, tokens.Request{ValidFrom: s.plan.End(), Wish: tokens.Wish{KIDs: s.kids(t, 0)}})
}

func TestBeforeTheFirstPeriodATokenIsRefreshedWhenTheSecondIsAnnounced(t *testing.T) {
	c := every(30 * time.Second)
	c.From, c.Lead = new(morning.Add(10*time.Second)), new(12*time.Second)
	s := newStudio(t, c)
	a := s.issue(t, tokens.Request{})
	if diff := cmp.Diff(s.kids(t, 10*time.Second), a.KIDs); diff != "" {
		t.Error(diff)
	}
	// 30s less the lead and a slack of 15s, since the first period does not begin where
	// packagers' periods do.
	if got := a.RefreshAt.Sub(morning); got != 3*time.Second {
		t.Errorf("refresh %v after morning, want 3s", got)
	}
}

func TestAPlanThatHasEndedIsAskedForAgainWhenTheTokenExpires(t *testing.T) {
	s := newStudio(t, halfMinutes())
	s.now = s.plan.End().Add(time.Minute)
	a := s.issue(t, tokens.Request{})
	if diff := cmp.Diff(a.Expires, a.RefreshAt); diff != "" {
		t.Error(diff)
	}
}

func TestATrackThatNoPlannedPeriodHasYetIsNamed(t *testing.T) {
	s := newStudio(t, halfMinutes())
	s.channel.Tracks = append(s.channel.Tracks, "UHD")
	r := tokens.Request{Wish: tokens.Wish{Tracks: []keyplan.Track{"UHD"}}}
	err := s.fail(t, r)
	if re, ok := errors.AsType[*tokens.RequestError](err); !ok || re.Field != "tracks" {
		t.Errorf("error %v, want one about tracks", err)
	}
	s.plan = keyplan.NewPlan()
	if err := s.fail(t, r); !errors.Is(err, tokens.ErrNothingPlanned) {
		t.Errorf("error %v for a channel that is not planned, want ErrNothingPlanned", err)
	}
}
