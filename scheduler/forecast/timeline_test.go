package forecast_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/forecast"
)

func policy(t interface {
	Helper()
	Fatal(...any)
}, c keyplan.PolicyConfig) *keyplan.Policy {
	t.Helper()
	p, problems := keyplan.NewPolicy(c)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return p
}

func every(d time.Duration) keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: &d}}
}

func crontab(spec, zone string) keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: spec}, Zone: zone, PackagerInterval: new(5 * time.Minute)}
}

func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func timeline(t *testing.T, c keyplan.PolicyConfig, from, to, zone string) forecast.Timeline {
	t.Helper()
	where, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	got, err := forecast.New(policy(t, c), utc(t, from), utc(t, to), where)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestATimelineSaysWhatClocksDoToANight(t *testing.T) {
	forward := forecast.ClockChange{At: utc(t, "2026-03-29T01:00:00Z"), By: time.Hour}
	night := func(start, end string) keyplan.Period {
		return keyplan.Period{Start: utc(t, start), End: utc(t, end)}
	}
	want := forecast.Timeline{
		Runs: []forecast.Run{
			{Start: utc(t, "2026-03-26T03:00:00Z"), End: utc(t, "2026-03-28T03:00:00Z"), Periods: 2, Length: 24 * time.Hour},
			{Start: utc(t, "2026-03-28T03:00:00Z"), End: utc(t, "2026-03-29T02:00:00Z"), Periods: 1, Length: 23 * time.Hour, Clocks: []forecast.ClockChange{forward}},
			{Start: utc(t, "2026-03-29T02:00:00Z"), End: utc(t, "2026-03-31T02:00:00Z"), Periods: 2, Length: 24 * time.Hour},
		},
		Periods: 5, InToken: 2,
		Shortest: night("2026-03-28T03:00:00Z", "2026-03-29T02:00:00Z"),
		Longest:  night("2026-03-26T03:00:00Z", "2026-03-27T03:00:00Z"),
	}
	got := timeline(t, crontab("0 4 * * *", "Europe/Berlin"), "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z", "Europe/Berlin")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClocksAreThoseOfTheZoneThatIsAskedFor(t *testing.T) {
	for _, tt := range []struct {
		zone, from, to string
		want           []forecast.ClockChange
	}{
		{"UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", nil},
		{"Australia/Lord_Howe", "2026-04-01T00:00:00Z", "2026-11-01T00:00:00Z", []forecast.ClockChange{
			{At: utc(t, "2026-04-04T15:00:00Z"), By: -30 * time.Minute}, {At: utc(t, "2026-10-03T15:30:00Z"), By: 30 * time.Minute},
		}},
		{"Pacific/Apia", "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z", []forecast.ClockChange{{At: utc(t, "2011-12-30T10:00:00Z"), By: 24 * time.Hour}}},
		{"Europe/Berlin", "2040-12-30T00:00:00Z", "2041-04-01T00:00:00Z", []forecast.ClockChange{{At: utc(t, "2041-03-31T01:00:00Z"), By: time.Hour}}},
	} {
		t.Run(tt.zone, func(t *testing.T) {
			var got []forecast.ClockChange
			for _, run := range timeline(t, every(time.Hour), tt.from, tt.to, tt.zone).Runs {
				got = append(got, run.Clocks...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestATokenNamesWhatIsAnnouncedAndWhatIsNotOver(t *testing.T) {
	with := func(lead, grace, dvr time.Duration) keyplan.PolicyConfig {
		c := every(10 * time.Minute)
		c.Lead, c.Grace, c.DVR = &lead, &grace, &dvr
		return c
	}
	slack := with(7*time.Minute, 0, 0)
	slack.PackagerInterval = new(4 * time.Minute)
	for _, tt := range []struct {
		name   string
		config keyplan.PolicyConfig
		want   int
	}{
		{"the current one alone, and two at the very boundary", with(0, 0, 0), 2},
		{"the next, the current and the one in its grace", with(5*time.Minute, 10*time.Minute, 0), 3},
		{"four hours of DVR", with(time.Minute, 0, 4*time.Hour), 26},
		{"packagers that switch otherwise", slack, 3},
		{"a lead of several periods", with(time.Hour, 0, 0), 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := timeline(t, tt.config, "2026-01-01T00:05:00Z", "2026-01-01T00:15:00Z", "UTC").InToken; got != tt.want {
				t.Errorf("%d periods, want %d", got, tt.want)
			}
		})
	}
}

func TestATimelineOfTooMuchIsRefused(t *testing.T) {
	from := utc(t, "2026-01-01T00:00:00Z")
	_, err := forecast.New(policy(t, every(time.Second)), from, from.Add(28*time.Hour), time.UTC)
	if err == nil {
		t.Error("it is not")
	}
}

func TestBeforeThePolicyBeginsThereIsNothing(t *testing.T) {
	c := every(time.Hour)
	c.From = new(utc(t, "2026-06-01T00:00:00Z"))
	if diff := cmp.Diff(forecast.Timeline{}, timeline(t, c, "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "UTC")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := timeline(t, c, "2026-01-01T00:00:00Z", "2026-06-01T00:30:00Z", "UTC").Periods; got != 1 {
		t.Errorf("%d periods when it has begun", got)
	}
}

// Runs are the calendar's periods, none lost and none made up.
func TestRunsAreTheCalendarsPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone")
		pol := policy(t, crontab(rapid.SampledFrom([]string{"0 4 * * *", "*/20 8-20 * * *", "30 1,2 * * 0", "0 */7 * * *"}).Draw(t, "cron"), zone))
		from := time.Unix(rapid.Int64Range(1_700_000_000, 1_800_000_000).Draw(t, "from"), 0).UTC()
		to := from.Add(time.Duration(rapid.IntRange(1, 60*24).Draw(t, "hours")) * time.Hour)
		where, _ := time.LoadLocation(zone)
		got, err := forecast.New(pol, from, to, where)
		if err != nil {
			t.Fatal(err)
		}
		at, count := got.Runs[0].Start, 0
		for _, run := range got.Runs {
			if run.Start != at || run.End.Sub(run.Start) != time.Duration(run.Periods)*run.Length {
				t.Fatalf("%+v after %v", run, at)
			}
			for range run.Periods {
				if p, _ := pol.Calendar.Containing(at); p.Start != at || p.Duration() != run.Length || run.Length < got.Shortest.Duration() || run.Length > got.Longest.Duration() {
					t.Fatalf("%v in %+v", p, run)
				}
				at, count = at.Add(run.Length), count+1
			}
		}
		byLength := func(a, b forecast.Run) int { return int(a.Length - b.Length) }
		if first := slices.MinFunc(got.Runs, byLength); got.Shortest.Start != first.Start {
			t.Fatalf("%v is not the first of %+v", got.Shortest, first)
		}
		if first := slices.MaxFunc(got.Runs, byLength); got.Longest.Start != first.Start {
			t.Fatalf("%v is not the first of %+v", got.Longest, first)
		}
		if count != got.Periods || got.Runs[0].Start.After(from) || at.Before(to) {
			t.Fatalf("%d periods up to %v: %+v", count, at, got)
		}
	})
}
