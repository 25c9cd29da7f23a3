package keyplan_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/keyrotor/keyrotor/keyplan"
)

func policy(t *testing.T, c keyplan.PolicyConfig) *keyplan.Policy {
	t.Helper()
	p, problems := keyplan.NewPolicy(c)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func TestAPolicyFillsInItsDefaults(t *testing.T) {
	cronConfig := keyplan.PolicyConfig{
		Rotate:           keyplan.RotateConfig{Cron: "0 4 * * *"},
		PackagerInterval: new(5 * time.Minute),
	}
	longDVR := every(30 * time.Second)
	longDVR.DVR = new(48 * time.Hour)
	manyAhead := every(time.Hour)
	manyAhead.Ahead, manyAhead.AheadFor = new(200), new(9999*time.Hour)
	given := keyplan.PolicyConfig{
		Rotate: keyplan.RotateConfig{Every: new(time.Hour)},
		Ahead:  new(5), AheadFor: new(6 * time.Hour), MaxAhead: new(5),
		Lead: new(time.Duration(0)), DVR: new(time.Hour), Grace: new(time.Duration(0)),
		Keep: new(4*time.Hour + 30*time.Minute), PackagerInterval: new(time.Hour),
		Backfill: new(4*time.Hour + 30*time.Minute), Announce: keyplan.AnnouncePlanned,
	}
	tests := []struct {
		name   string
		config keyplan.PolicyConfig
		want   keyplan.Policy
	}{
		{"every ten minutes", every(10 * time.Minute), keyplan.Policy{
			Every: 10 * time.Minute, Ahead: 3, MaxAhead: 128, Lead: 5 * time.Minute, Announce: keyplan.AnnounceLead,
			Grace: 10 * time.Minute, Keep: 24 * time.Hour, PackagerInterval: 10 * time.Minute,
		}},
		{"grace is at least two minutes and keep outlasts dvr", longDVR, keyplan.Policy{
			Every: 30 * time.Second, Ahead: 3, MaxAhead: 128, Lead: 15 * time.Second, Announce: keyplan.AnnounceLead, DVR: 48 * time.Hour,
			Grace: 2 * time.Minute, Keep: 48*time.Hour + 45*time.Second + 2*time.Minute + time.Minute,
			PackagerInterval: 30 * time.Second,
		}},
		{"daily", cronConfig, keyplan.Policy{
			Ahead: 3, MaxAhead: 128, Lead: 150 * time.Second, Announce: keyplan.AnnounceLead,
			Grace: 5 * time.Minute, Keep: 24 * time.Hour, PackagerInterval: 5 * time.Minute,
		}},
		{"max_ahead follows ahead", manyAhead, keyplan.Policy{
			Every: time.Hour, Ahead: 200, MaxAhead: 200, AheadFor: 9999 * time.Hour, Lead: 30 * time.Minute, Announce: keyplan.AnnounceLead,
			Grace: time.Hour, Keep: 24 * time.Hour, PackagerInterval: time.Hour,
		}},
		{"nothing is left to a default", given, keyplan.Policy{
			Every: time.Hour, Ahead: 5, AheadFor: 6 * time.Hour, MaxAhead: 5, DVR: time.Hour,
			Keep: 4*time.Hour + 30*time.Minute, PackagerInterval: time.Hour, Backfill: 4*time.Hour + 30*time.Minute,
			Announce: keyplan.AnnouncePlanned,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := *policy(t, tt.config)
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(keyplan.Policy{}, "Calendar")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPolicyIsRefusedForEveryProblemAtOnce(t *testing.T) {
	cron := func(spec string) keyplan.PolicyConfig {
		return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: spec}, PackagerInterval: new(time.Minute)}
	}
	with := func(c keyplan.PolicyConfig, change func(*keyplan.PolicyConfig)) keyplan.PolicyConfig {
		change(&c)
		return c
	}
	hourly := every(time.Hour)
	const (
		interval = "whole seconds, from 1s to 8784h (366 days)"
		fields   = "a five-field cron expression: minute, hour, day of month, month, day of week"
		span     = "a duration from 0s to 87840h0m0s (ten years)"
		zone     = "an IANA time zone such as Europe/Berlin"
	)
	type problems = keyplan.Problems
	tests := []struct {
		name   string
		config keyplan.PolicyConfig
		want   problems
	}{
		{"nothing says when", keyplan.PolicyConfig{}, problems{{"rotate", "either every or cron"}}},
		{"two say when", with(cron("0 4 * * *"), func(c *keyplan.PolicyConfig) { c.Rotate.Every = new(time.Hour) }), problems{{"rotate", "either every or cron"}}},
		{"every 0s", every(0), problems{{"rotate.every", interval}}},
		{"every -5s", every(-5 * time.Second), problems{{"rotate.every", interval}}},
		{"every half second", every(1500 * time.Millisecond), problems{{"rotate.every", interval}}},
		{"every 367 days", every(367 * 24 * time.Hour), problems{{"rotate.every", interval}}},
		{"a descriptor", cron("@daily"), problems{{"rotate.cron", fields}}},
		{"an interval for fields", cron("@every 10m"), problems{{"rotate.cron", fields}}},
		{"a descriptor of five words", cron("@every 1h 2m 3s 4ms"), problems{{"rotate.cron", fields}}},
		{"a zone before the fields", cron("TZ=Europe/Berlin 0 4 * * *"), problems{{"rotate.cron", fields}}},
		{"a zone for a field", cron("CRON_TZ=Europe/Berlin 0 4 * *"), problems{{"rotate.cron", fields}}},
		{"a zone alone", cron("TZ=Europe/Berlin"), problems{{"rotate.cron", fields}}},
		{"six fields", cron("0 0 4 * * *"), problems{{"rotate.cron", fields}}},
		{"white space", cron("  "), problems{{"rotate.cron", fields}}},
		{"minute 60", cron("60 4 * * *"), problems{{"rotate.cron", fields + " (end of range (60) above maximum (59): 60)"}}},
		{"30 February", cron("0 0 30 2 *"), problems{{"rotate.cron", "a day that exists"}}},
		{"31 April or June", cron("0 0 31 4,6 *"), problems{{"rotate.cron", "a day that exists"}}},
		{"a zone that nobody knows", with(cron("0 4 * * *"), func(c *keyplan.PolicyConfig) { c.Zone = "Europe/Atlantis" }), problems{{"zone", zone}}},
		{"the machine's own zone", with(cron("0 4 * * *"), func(c *keyplan.PolicyConfig) { c.Zone = "Local" }), problems{{"zone", zone}}},
		{"a zone without cron", with(hourly, func(c *keyplan.PolicyConfig) { c.Zone = "UTC" }), problems{{"zone", "no zone: it goes only together with rotate.cron"}}},
		{"from within a second", with(hourly, func(c *keyplan.PolicyConfig) { c.From = new(time.Unix(1, 5)) }), problems{{"from", "a whole second"}}},
		{"cron without packager_interval", with(cron("0 4 * * *"), func(c *keyplan.PolicyConfig) { c.PackagerInterval = nil }), problems{{"packager_interval", "a duration: with cron it has no default"}}},
		{"packager_interval 0s", with(cron("0 4 * * *"), func(c *keyplan.PolicyConfig) { c.PackagerInterval = new(time.Duration(0)) }), problems{{"packager_interval", interval}}},
		{"ahead 0", with(hourly, func(c *keyplan.PolicyConfig) { c.Ahead = new(0) }), problems{{"ahead", "1 to 10000"}}},
		{"max_ahead below ahead", with(hourly, func(c *keyplan.PolicyConfig) { c.MaxAhead = new(2) }), problems{{"max_ahead", "at least ahead, which is 3, and at most 10000"}}},
		{"too many ahead", with(hourly, func(c *keyplan.PolicyConfig) { c.Ahead = new(1_000_000) }), problems{{"ahead", "1 to 10000"}}},
		{"max_ahead of too many", with(hourly, func(c *keyplan.PolicyConfig) { c.MaxAhead = new(10_001) }), problems{{"max_ahead", "at least ahead, which is 3, and at most 10000"}}},
		{"ahead_for too many", with(every(time.Second), func(c *keyplan.PolicyConfig) { c.AheadFor = new(10_000 * time.Second) }), problems{{"ahead_for", "at most 10000 periods"}}},
		{"lead of too many", with(cron("* * * * *"), func(c *keyplan.PolicyConfig) { c.Lead = new(8 * 24 * time.Hour) }), problems{{"lead", "at most 10000 periods"}}},
		{"from beyond the years of RFC 3339", with(hourly, func(c *keyplan.PolicyConfig) { c.From = new(time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)) }), problems{{"from", "a year before 9999"}}},
		{"keep that ends too early", with(hourly, func(c *keyplan.PolicyConfig) { c.Keep = new(4 * time.Hour) }), problems{{"keep", "at least 4h30m0s: dvr + slack + grace + 2 × packager_interval"}}},
		{"backfill beyond keep", with(hourly, func(c *keyplan.PolicyConfig) { c.Backfill = new(24*time.Hour + 1) }), problems{{"backfill", "at most keep, which is 24h0m0s"}}},
		{"spans out of bounds", with(hourly, func(c *keyplan.PolicyConfig) {
			c.AheadFor, c.Lead, c.DVR = new(-time.Second), new(-time.Second), new(time.Duration(1<<63-1))
			c.Grace, c.Keep, c.Backfill = new(-time.Second), new(-time.Second), new(-time.Second)
		}), problems{{"ahead_for", span}, {"lead", span}, {"dvr", span}, {"grace", span}, {"keep", span}, {"backfill", span}}},
		{"keep is not measured by what is itself wrong", with(hourly, func(c *keyplan.PolicyConfig) { c.DVR, c.Keep = new(100_000*time.Hour), new(time.Hour) }), problems{{"dvr", span}}},
		{"announce something else", with(hourly, func(c *keyplan.PolicyConfig) { c.Announce = "all" }), problems{{"announce", "lead or planned"}}},
		{"several at once", with(cron("x"), func(c *keyplan.PolicyConfig) { c.Zone, c.Ahead = "Mars", new(-1) }),
			problems{{"zone", zone}, {"rotate.cron", fields}, {"ahead", "1 to 10000"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, got := keyplan.NewPolicy(tt.config)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if p != nil {
				t.Error("there is a policy in spite of the problems")
			}
		})
	}
}

// The hash is kept with every planned period, so it must not move between releases.
func TestThePolicyHashNamesWhatDecidesThePeriods(t *testing.T) {
	config := func() keyplan.PolicyConfig {
		return keyplan.PolicyConfig{
			Rotate: keyplan.RotateConfig{Cron: "0 4 * * *"}, Zone: "Europe/Berlin", PackagerInterval: new(5 * time.Minute),
		}
	}
	const stable = "8b5832fab417"
	if got := policy(t, config()).Hash(); got != stable {
		t.Errorf("%s, want %s", got, stable)
	}
	tests := []struct {
		name   string
		change func(*keyplan.PolicyConfig)
		moves  bool
	}{
		{"the fields", func(c *keyplan.PolicyConfig) { c.Rotate.Cron = "0 5 * * *" }, true},
		{"the zone", func(c *keyplan.PolicyConfig) { c.Zone = "Europe/Paris" }, true},
		{"from", func(c *keyplan.PolicyConfig) { c.From = new(time.Unix(0, 0)) }, true},
		{"packager_interval", func(c *keyplan.PolicyConfig) { c.PackagerInterval = new(time.Minute) }, true},
		{"white space in the fields", func(c *keyplan.PolicyConfig) { c.Rotate.Cron = "  0 4\t* * *" }, false},
		{"how far ahead it plans", func(c *keyplan.PolicyConfig) { c.Ahead, c.Lead = new(9), new(time.Minute) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config()
			tt.change(&c)
			if moved := policy(t, c).Hash() != stable; moved != tt.moves {
				t.Errorf("moved: %v, want %v", moved, tt.moves)
			}
		})
	}
}

func FuzzACronExpressionIsRefusedOrUnrolled(f *testing.F) {
	for _, spec := range []string{"0 4 * * *", "*/5 ? 1-3,7 jan mon", "0 0 30 2 *", ", , , , ,", "TZ= * * * *", "@every 1s", "0 */99 * * *"} {
		f.Add(spec, int64(1_800_000_000))
	}
	f.Fuzz(func(t *testing.T, spec string, seconds int64) {
		c := keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: spec}, Zone: "Europe/Berlin", PackagerInterval: new(time.Minute)}
		p, problems := keyplan.NewPolicy(c)
		if len(problems) > 0 {
			return
		}
		at := time.Unix(seconds%4_000_000_000, 0)
		period, ok := p.Calendar.Containing(at)
		if !ok || !period.Contains(at) || p.Calendar.Next(period.Start) != period.End {
			t.Errorf("%v at %v: %s", p.Calendar, at, show(period))
		}
		if fields := strings.Join(strings.Fields(spec), " "); p.Calendar.String() != "cron "+fields+" Europe/Berlin" {
			t.Errorf("%q became %v", spec, p.Calendar)
		}
	})
}
