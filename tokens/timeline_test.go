package tokens_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

func TestJustAfterAPeriodIsAnnouncedATokenHasItsKeysAndOtherwiseTheSame(t *testing.T) {
	s := newStudio(t, halfMinutes())
	for n := range 10 {
		start := time.Duration(n+1) * 30 * time.Second
		announced := morning.Add(start - 15*time.Second)
		before := s.at(t, announced.Add(-time.Millisecond)).issue(t, tokens.Request{})
		after := s.at(t, announced).issue(t, tokens.Request{})
		if diff := cmp.Diff(slices.Concat(before.KIDs, s.kids(t, start)), after.KIDs); diff != "" {
			t.Errorf("period %d: %s", n+1, diff)
		}
		if !before.RefreshAt.Equal(announced) {
			t.Errorf("period %d: the token before says refresh at %v, want %v", n+1, before.RefreshAt, announced)
		}
		if want := announced.Add(30 * time.Second); !after.RefreshAt.Equal(want) {
			t.Errorf("period %d: the token after says refresh at %v, want %v", n+1, after.RefreshAt, want)
		}
	}
}

// Ten minutes of a channel, second by second: whoever asks again at refreshAt always holds
// the key of the current period, and of the next one from lead before it.
func TestWhoeverRefreshesWhenToldNeverMissesAKey(t *testing.T) {
	s := newStudio(t, halfMinutes())
	var held tokens.Answer
	for d := time.Duration(0); d < 10*time.Minute; d += time.Second {
		s.at(t, morning.Add(d))
		if !held.RefreshAt.After(s.now) {
			held = s.issue(t, tokens.Request{})
		}
		e, _ := s.plan.At(s.now)
		if !slices.Contains(held.KIDs, e.Keys[0].KID) {
			t.Fatalf("the current key is missing %v after morning", d)
		}
		next, _ := s.plan.Starting(e.End)
		if in := slices.Contains(held.KIDs, next.Keys[0].KID); in != (next.Start.Sub(s.now) <= 15*time.Second) {
			t.Fatalf("the next key is held: %v, %v before it begins", in, next.Start.Sub(s.now))
		}
	}
}

func TestATokenOfAStudioListsWhatMayBeOnAirThenWhatIsComing(t *testing.T) {
	// 10 minutes in: dvr 2m and grace 2m reach back to periods that ended at 6:00.
	s := newStudio(t, halfMinutes()).at(t, morning.Add(10*time.Minute))
	var starts []time.Duration
	for d := 330 * time.Second; d <= 600*time.Second; d += 30 * time.Second {
		starts = append(starts, d)
	}
	if diff := cmp.Diff(s.kids(t, starts...), s.issue(t, tokens.Request{}).KIDs); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanThatLeadOutrunsIsAskedAgainWhenItHasGrown(t *testing.T) {
	c := every(30 * time.Second)
	c.Lead = new(2 * time.Minute)
	s := newStudio(t, c)
	s.now = morning.Add(70 * time.Second) // nothing was planned since
	want := morning.Add(90 * time.Second)
	if got := s.issue(t, tokens.Request{}).RefreshAt; !got.Equal(want) {
		t.Errorf("refresh at %v, want %v", got, want)
	}
}

// A packager that switches every 25s under a policy of 60s has a slack of 12.5s.
func TestANextPeriodThatDidNotFitIsAskedForWhenItMayBeOnAirAndWhenItBegins(t *testing.T) {
	c := every(time.Minute)
	c.PackagerInterval, c.Lead = new(25*time.Second), new(20*time.Second)
	s := newStudio(t, c)
	for asked, want := range map[time.Duration]time.Duration{
		20 * time.Second: 27500 * time.Millisecond, // announced
		30 * time.Second: 47500 * time.Millisecond, // may be on air
		50 * time.Second: time.Minute,              // begins
	} {
		s.at(t, morning.Add(asked))
		a := s.issueWith(t, tokens.Section{Axinom: new(sampleConfig()), MaxKIDs: 2}, tokens.Request{})
		if got := a.RefreshAt.Sub(morning); got != want {
			t.Errorf("asked at %v: refresh at %v, want %v", asked, got, want)
		}
	}
}

func TestATokenForGivenKIDsIsRefreshedWhenItExpires(t *testing.T) {
	s := newStudio(t, halfMinutes())
	a := s.issue(t, tokens.Request{Wish: tokens.Wish{KIDs: s.kids(t, 0)}})
	if diff := cmp.Diff(a.Expires, a.RefreshAt); diff != "" {
		t.Error(diff)
	}
}

func TestOneTrackOfAChannelGetsItsKeysOnly(t *testing.T) {
	s := newStudio(t, halfMinutes(), keyplan.CENC, keyplan.CBCS)
	a := s.issue(t, tokens.Request{Wish: tokens.Wish{Tracks: []keyplan.Track{"AUDIO"}, Scheme: keyplan.CBCS}})
	for _, kid := range a.KIDs {
		if _, k, _ := s.plan.KID(kid); k.Track != "AUDIO" || k.Scheme != keyplan.CBCS {
			t.Errorf("KID of %s %s is in the token", k.Track, k.Scheme)
		}
	}
	if len(a.KIDs)*4 != len(s.issue(t, tokens.Request{}).KIDs) {
		t.Errorf("%d KIDs, want a quarter of all", len(a.KIDs))
	}
}
