package keyplan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

func watched(every time.Duration, audience, capacity int) keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: &every}, Audience: &audience, LicenceCapacity: &capacity}
}

func leading(c keyplan.PolicyConfig, lead time.Duration) keyplan.PolicyConfig {
	c.Lead = &lead
	return c
}

func TestAFetchWindowEndsFiveSecondsOrAQuarterBeforeTheLead(t *testing.T) {
	for lead, want := range map[time.Duration]time.Duration{
		0: 0, 8 * time.Second: 6 * time.Second, 20 * time.Second: 15 * time.Second,
		21 * time.Second: 16 * time.Second, 4 * time.Minute: 235 * time.Second,
	} {
		if got := keyplan.FetchWindow(lead); got != want {
			t.Errorf("of %v: %v, want %v", lead, got, want)
		}
	}
}

func TestAnAudienceProlongsTheDefaultLead(t *testing.T) {
	nightly := keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Cron: "0 4 * * *"}, PackagerInterval: new(time.Minute),
		Audience: new(1_000_000), LicenceCapacity: new(1000),
	}
	for _, tt := range []struct {
		name   string
		config keyplan.PolicyConfig
		want   time.Duration
	}{
		{"half a packager_interval is enough", watched(10*time.Minute, 1_000_000, 5000), 5 * time.Minute},
		{"half of it is not", watched(5*time.Minute, 1_000_000, 5000), 215 * time.Second},
		{"a night is long", nightly, 1106 * time.Second},
		{"no lead would do", watched(5*time.Minute, 1_000_000, 3000), 150 * time.Second},
		{"a lead that is given stays", leading(watched(5*time.Minute, 1_000_000, 5000), time.Minute), time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := policy(t, tt.config).Lead; got != tt.want {
				t.Errorf("lead is %v, want %v", got, tt.want)
			}
		})
	}
}

func TestALeadThatStormsTheLicenceServiceIsWarnedOf(t *testing.T) {
	hourly := keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Cron: "0 * * * *"}, PackagerInterval: new(time.Hour),
		Audience: new(10_000_000), LicenceCapacity: new(2500),
	}
	for _, tt := range []struct {
		name   string
		config keyplan.PolicyConfig
		want   []string
	}{
		{"nobody says how many", every(time.Minute), nil},
		{"the default", watched(5*time.Minute, 1_000_000, 5000), nil},
		{"long enough", leading(watched(5*time.Minute, 1_000_000, 5000), 215*time.Second), nil},
		{"too short", leading(watched(5*time.Minute, 1_000_000, 5000), 210*time.Second), []string{
			"lead: 3m30s spreads the licence requests of 1000000 viewers over 3m25s, about 5113 in the busiest second, and licence_capacity is 5000; 3m35s would do",
		}},
		{"all at once", leading(watched(5*time.Minute, 1_000_000, 5000), 0), []string{
			"lead: 0s spreads the licence requests of 1000000 viewers over 0s, about 1000000 in the busiest second, and licence_capacity is 5000; 3m35s would do",
		}},
		{"periods too short", watched(5*time.Minute, 1_000_000, 3000), []string{
			"lead: 2m30s spreads the licence requests of 1000000 viewers over 2m25s, about 7195 in the busiest second, and licence_capacity is 3000; no lead would do, because keys change every 5m0s",
		}},
		{"a window a second longer than the period", watched(5*time.Minute, 1_000_000, 3507), []string{
			"lead: 2m30s spreads the licence requests of 1000000 viewers over 2m25s, about 7195 in the busiest second, and licence_capacity is 3507; no lead would do, because keys change every 5m0s",
		}},
		{"windows that overlap add up", leading(watched(5*time.Minute, 1_000_000, 3000), time.Hour), []string{
			"lead: 1h0m0s spreads the licence requests of 1000000 viewers over 59m55s, about 3513 in the busiest second, and licence_capacity is 3000; no lead would do, because keys change every 5m0s",
		}},
		{"a lead that overlaps is worse than the period", leading(watched(5*time.Minute, 1_000_000, 5000), 400*time.Second), []string{
			"lead: 6m40s spreads the licence requests of 1000000 viewers over 6m35s, about 5290 in the busiest second, and licence_capacity is 5000; 3m35s would do",
		}},
		{"hours by cron", hourly, []string{
			"lead: 30m0s spreads the licence requests of 10000000 viewers over 29m55s, about 5799 in the busiest second, and licence_capacity is 2500; no lead would do, because keys change every 1h0m0s",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, policy(t, tt.config).Warnings()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheLeadThatWouldDoDoesAndNoShorterOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.IntRange(1, 100_000).Draw(t, "capacity")
		c := watched(24*time.Hour, rapid.IntRange(1, 1000*capacity).Draw(t, "audience"), capacity)
		c.PackagerInterval = new(time.Second) // makes half of it no lead
		p, problems := keyplan.NewPolicy(c)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if warnings := p.Warnings(); p.Lead > 0 && len(warnings) > 0 {
			t.Fatalf("lead %v: %q", p.Lead, warnings)
		}
		shorter, problems := keyplan.NewPolicy(leading(c, p.Lead-2*time.Second))
		if p.Lead > 3*time.Second && (len(problems) > 0 || len(shorter.Warnings()) == 0) {
			t.Fatalf("lead %v does too (%v)", p.Lead-2*time.Second, problems)
		}
	})
}

func TestAnAudienceIsRefusedWithoutWhatItMeans(t *testing.T) {
	alone := every(time.Hour)
	alone.Audience = new(5)
	capacityAlone := every(time.Hour)
	capacityAlone.LicenceCapacity = new(5)
	for _, tt := range []struct {
		name   string
		config keyplan.PolicyConfig
		want   keyplan.Problems
	}{
		{"audience alone", alone, keyplan.Problems{{Key: "licence_capacity", Want: "licences a second: audience alone says nothing"}}},
		{"capacity alone", capacityAlone, keyplan.Problems{{Key: "audience", Want: "a number of viewers: licence_capacity alone says nothing"}}},
		{"nobody, by nothing", watched(time.Hour, 0, 0), keyplan.Problems{
			{Key: "audience", Want: "1 to 1000000000 viewers"}, {Key: "licence_capacity", Want: "1 to 1000000000 licences a second"},
		}},
		{"more than there are", watched(time.Hour, 1_000_000_001, 1_000_000_001), keyplan.Problems{
			{Key: "audience", Want: "1 to 1000000000 viewers"}, {Key: "licence_capacity", Want: "1 to 1000000000 licences a second"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := keyplan.NewPolicy(tt.config); cmp.Diff(tt.want, got) != "" {
				t.Errorf("(-want +got):\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}
