package storm_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/storm"
)

// million is a rotation of which an independent simulation, by other code, gave figures.
var million = storm.Rotation{Viewers: 1_000_000, Period: 300 * time.Second, Lead: 240 * time.Second}

func TestThePeaksAreThoseOfAnIndependentModel(t *testing.T) {
	for scenario, want := range map[storm.Scenario]float64{
		storm.NoPreloading: 425_000, storm.AtAnnouncement: 500_000, storm.InFetchWindow: 4_419, storm.InEveryToken: 3_500,
	} {
		for seed := range uint64(3) {
			r := million
			r.Seed = seed
			got, at := r.Requests(scenario).Peak()
			if math.Abs(float64(got)-want) > 0.05*want {
				t.Errorf("%s with seed %d: %d a second, not within 5 %% of %.0f", scenario, seed, got, want)
			}
			t.Logf("%s with seed %d: %d in second %d", scenario, seed, got, at)
		}
	}
}

func TestTheSameSeedDrawsTheSame(t *testing.T) {
	r := storm.Rotation{Viewers: 10_000, Period: time.Minute, Lead: 20 * time.Second, Seed: 7}
	other := r
	other.Seed = 8
	for _, scenario := range storm.Scenarios() {
		load := r.Requests(scenario)
		if diff := cmp.Diff(load, r.Requests(scenario)); diff != "" {
			t.Errorf("%s (-first +second):\n%s", scenario, diff)
		}
		if cmp.Equal(load, other.Requests(scenario)) {
			t.Errorf("%s: another seed draws the same", scenario)
		}
	}
}

// Every viewer asks exactly once, and when the scenario lets them.
func TestEveryViewerAsksOnceAndInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := storm.Rotation{
			Viewers: rapid.IntRange(0, 2000).Draw(t, "viewers"),
			Period:  time.Duration(rapid.IntRange(1, 3600).Draw(t, "period")) * time.Second,
			Lead:    time.Duration(rapid.IntRange(0, 7200_000).Draw(t, "lead")) * time.Millisecond,
			Seed:    rapid.Uint64().Draw(t, "seed"),
		}
		lead, heard := -r.Lead.Seconds(), 2-r.Lead.Seconds()
		closing := keyplan.FetchWindow(r.Lead).Seconds() - r.Lead.Seconds()
		for scenario, span := range map[storm.Scenario][2]float64{
			storm.NoPreloading:   {0, 10},
			storm.AtAnnouncement: {lead, heard},
			// Who hears of it when the window has passed asks at once.
			storm.InFetchWindow: {lead, max(closing, heard)},
			storm.InEveryToken:  {-r.Period.Seconds(), 0},
		} {
			load := r.Requests(scenario)
			if got := load.Total(); got != r.Viewers {
				t.Fatalf("%s: %d viewers asked %d times", scenario, r.Viewers, got)
			}
			for i, n := range load.PerSecond {
				begins := float64(load.First + i)
				if n > 0 && (begins+1 <= span[0] || begins >= span[1]) {
					t.Fatalf("%s: %d asked in second %v, not in %v", scenario, n, begins, span)
				}
			}
		}
	})
}

// The lead is what a policy has by default, which its audience prolongs.
func TestALeadThatNoPolicyWarnsOfLetsNobodyWait(t *testing.T) {
	for _, capacity := range []int{3600, 5000, 20_000, 100_000} {
		policy, problems := keyplan.NewPolicy(keyplan.PolicyConfig{
			Rotate: keyplan.RotateConfig{Every: new(5 * time.Minute)}, PackagerInterval: new(time.Second),
			Audience: new(million.Viewers), LicenceCapacity: &capacity,
		})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		r := million
		r.Lead = policy.Lead
		load := r.Requests(storm.InFetchWindow)
		peak, _ := load.Peak()
		if wait := load.Wait(capacity); wait > 100*time.Millisecond || peak < capacity*4/5 {
			t.Errorf("%d licences a second and a lead of %v: peak %d, somebody waits %v", capacity, r.Lead, peak, wait)
		}
		r.Lead = r.Lead * 9 / 10
		if wait := r.Requests(storm.InFetchWindow).Wait(capacity); wait < 100*time.Millisecond {
			t.Errorf("%d licences a second and a lead of %v: nobody waits longer than %v", capacity, r.Lead, wait)
		}
	}
}

func TestWhoHearsOfItTooLateAsksAtOnce(t *testing.T) {
	load := storm.Rotation{Viewers: 10_000, Period: time.Minute}.Requests(storm.InFetchWindow)
	if first := load.PerSecond[-load.First]; first < 4800 || first > 5200 {
		t.Errorf("without a lead %d of 10000 ask in the first second, of the two in which they hear of it", first)
	}
}

func TestNobodyAsksAfterTheFetchWindow(t *testing.T) {
	load := million.Requests(storm.InFetchWindow)
	for i, n := range load.PerSecond {
		if second := load.First + i; n > 0 && (second < -240 || second >= -5) {
			t.Errorf("%d asked in second %d", n, second)
		}
	}
}
