package keyplan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/keyrotor/keyrotor/keyplan"
)

// calendar is that of a policy which must be right.
func calendar(t interface {
	Helper()
	Fatalf(string, ...any)
}, c keyplan.PolicyConfig) *keyplan.Calendar {
	t.Helper()
	if c.Rotate.Cron != "" {
		c.PackagerInterval = new(time.Minute)
	}
	p, problems := keyplan.NewPolicy(c)
	if len(problems) > 0 {
		t.Fatalf("%+v: %v", c.Rotate, problems)
	}
	return p.Calendar
}

func crontab(t *testing.T, spec, zone string) *keyplan.Calendar {
	t.Helper()
	return calendar(t, keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: spec}, Zone: zone})
}

func every(d time.Duration) keyplan.PolicyConfig {
	return keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Every: &d}}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestKeysChangeWhenTheClockSaysSoWhereClocksAreSet(t *testing.T) {
	tests := []struct {
		name, cron, zone string
		from             string
		want             []string // boundaries strictly after from
	}{
		{"New York's gap swallows 02:30", "30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"}},
		{"New York's fold shows 01:30 twice", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"Berlin's gap swallows 02:30", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"Berlin's fold shows 02:30 twice", "30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"all that the gap swallows is one boundary, the end of the gap too", "*/20 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-29T03:20:00+02:00"}},
		{"every second hour is left out by a gap", "30 */2 * * *", "Europe/Berlin", "2026-03-29T00:00:00+01:00",
			[]string{"2026-03-29T00:30:00+01:00", "2026-03-29T04:30:00+02:00"}},
		{"every second hour comes twice in a fold", "30 */2 * * *", "Europe/Berlin", "2026-10-25T02:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T04:30:00+01:00"}},
		{"Lord Howe's gap of half an hour", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		{"Lord Howe's fold of half an hour", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"every second hour in Lord Howe's fold", "0 */2 * * *", "Australia/Lord_Howe", "2026-04-05T00:30:00+11:00",
			[]string{"2026-04-05T02:00:00+10:30", "2026-04-05T04:00:00+10:30"}},
		{"Samoa had no 30 December 2011", "30 2 * * *", "Pacific/Apia", "2011-12-29T02:30:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T02:30:00+14:00"}},
		{"Apia's fold goes back to 03:00", "30 3 * * *", "Pacific/Apia", "2012-03-31T12:00:00+14:00",
			[]string{"2012-04-01T03:30:00+14:00", "2012-04-02T03:30:00+13:00"}},
		{"Kwajalein had no 21 August 1993", "0 12 * * *", "Pacific/Kwajalein", "1993-08-20T12:00:00-12:00",
			[]string{"1993-08-22T00:00:00+12:00", "1993-08-22T12:00:00+12:00"}},
		{"Kwajalein repeated most of 30 September 1969", "0 12 * * *", "Pacific/Kwajalein", "1969-09-29T12:00:00+11:00",
			[]string{"1969-09-30T12:00:00+11:00", "1969-10-01T12:00:00-12:00"}},
		{"a fold of 23 hours is remembered to its end", "0 23 * * *", "Pacific/Kwajalein", "1969-09-30T22:30:00-12:00",
			[]string{"1969-10-01T23:00:00-12:00", "1969-10-02T23:00:00-12:00"}},
		{"a list that contains a step is fixed", "30 */2,1 * * *", "Europe/Berlin", "2026-03-29T01:00:00+01:00",
			[]string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:30:00+02:00"}},
		{"a question mark is an open hour", "30 ? * * *", "Europe/Berlin", "2026-03-29T01:00:00+01:00",
			[]string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"}},
		{"Sao Paulo's gap at midnight", "0 0 * * *", "America/Sao_Paulo", "2017-10-14T12:00:00Z",
			[]string{"2017-10-15T01:00:00-02:00", "2017-10-16T00:00:00-02:00"}},
		{"a Sunday that begins in a gap", "0 0 * * 0", "America/Sao_Paulo", "2017-10-14T12:00:00Z",
			[]string{"2017-10-15T01:00:00-02:00", "2017-10-22T00:00:00-02:00"}},
		{"Troll's gap of two hours", "30 1 * * *", "Antarctica/Troll", "2026-03-28T12:00:00Z",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T01:30:00+02:00"}},
		{"Troll's fold of two hours", "30 2 * * *", "Antarctica/Troll", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+00:00"}},
		{"an offset with seconds", "0 4 * * *", "Europe/Berlin", "1893-03-30T12:00:00Z",
			[]string{"1893-03-31T03:06:32Z", "1893-04-01T04:00:00+01:00"}},
		{"the last hours of a leap year", "0 22 * * *", "Europe/Berlin", "2040-12-31T12:00:00Z",
			[]string{"2040-12-31T22:00:00+01:00", "2041-01-01T22:00:00+01:00"}},
		{"eight years without a 29 February", "0 12 29 2 *", "Europe/Berlin", "2096-01-01T00:00:00Z",
			[]string{"2096-02-29T12:00:00+01:00", "2104-02-29T12:00:00+01:00"}},
		{"without a zone, in UTC", "0 4 * * *", "", "2026-03-29T00:00:00Z",
			[]string{"2026-03-29T04:00:00Z", "2026-03-30T04:00:00Z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal := crontab(t, tt.cron, tt.zone)
			var want []time.Time
			for _, s := range tt.want {
				want = append(want, instant(t, s))
			}
			if diff := cmp.Diff(want, boundaries(cal, instant(t, tt.from), want[len(want)-1])); diff != "" {
				t.Errorf("%v (-want +got):\n%s", cal, diff)
			}
			for i := range len(want) - 1 {
				p := keyplan.Period{Start: want[i], End: want[i+1]}
				if got, _ := cal.Containing(p.End.Add(-1)); got != p {
					t.Errorf("the period before %v is %v", p.End, got)
				}
			}
		})
	}
}

func TestAnIntervalCountsFromTheUnixEpoch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(1, 366*24*3600).Draw(t, "seconds")) * time.Second
		// From the year 2 to 9998.
		at := time.Unix(rapid.Int64Range(-62_100_000_000, 253_370_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		cal := calendar(t, every(d))
		p, ok := cal.Containing(at)
		if !ok || !p.Contains(at) || p.Duration() != d || p.Start.Unix()%int64(d/time.Second) != 0 {
			t.Fatalf("%v at %v: %v", cal, at, p)
		}
		if p.Start.Location() != time.UTC || cal.Next(at) != p.End || cal.Next(p.Start) != p.End {
			t.Fatalf("%v after %v: %v, not %v", cal, at, cal.Next(at), p.End)
		}
	})
}

func TestPeriodsTileTimeForAnySchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minute := rapid.SampledFrom([]string{"*", "*/7", "0", "59", "3-9,40"}).Draw(t, "minute")
		hour := rapid.SampledFrom([]string{"*", "?", "*/5", "2", "0,23", "1-3", "22/1"}).Draw(t, "hour")
		day := rapid.SampledFrom([]string{"* *", "1 *", "31 *", "* 2", "29 2", "*/9 */3"}).Draw(t, "day")
		weekday := rapid.SampledFrom([]string{"*", "0", "mon-fri"}).Draw(t, "weekday")
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Gaza", "America/Nuuk"}).Draw(t, "zone")
		c := keyplan.PolicyConfig{Zone: zone, Rotate: keyplan.RotateConfig{Cron: minute + " " + hour + " " + day + " " + weekday}}
		cal := calendar(t, c)
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "at"), 0).UTC()
		p, _ := cal.Containing(at)
		if before, _ := cal.Containing(p.Start.Add(-1)); !p.Contains(at) || before.End != p.Start {
			t.Fatalf("%v at %v: %s after %s", cal, at, show(p), show(before))
		}
		if got, _ := cal.Containing(p.End.Add(-1)); got != p || cal.Next(p.Start) != p.End {
			t.Fatalf("%v: %s is %s at its end", cal, show(p), show(got))
		}
	})
}

func TestFromIsABoundaryAndThereIsNoneBeforeIt(t *testing.T) {
	c := every(time.Hour)
	from := instant(t, "2026-05-01T10:20:30Z")
	c.From = new(from.In(time.FixedZone("", 7200)))
	cal := calendar(t, c)
	if got, ok := cal.Containing(from.Add(-1)); ok {
		t.Errorf("before from: %s", show(got))
	}
	if got := cal.Next(from.Add(-1000 * time.Hour)); got != from {
		t.Errorf("the first boundary is %v", got)
	}
	want := keyplan.Period{Start: from, End: instant(t, "2026-05-01T11:00:00Z")}
	for _, at := range []time.Time{want.Start, want.End.Add(-1)} {
		if got, ok := cal.Containing(at); !ok || got != want {
			t.Errorf("at %v: %s, want %s", at, show(got), show(want))
		}
	}
}

func TestAfterGoesOnWhereThePlanEnds(t *testing.T) {
	c := every(time.Hour)
	c.From = new(instant(t, "2026-05-01T10:20:00Z"))
	cal := calendar(t, c)
	tests := []struct {
		name, start string
		want        []string
	}{
		{"at a boundary", "2026-05-02T05:00:00Z", []string{"2026-05-02T05:00:00Z", "2026-05-02T06:00:00Z", "2026-05-02T07:00:00Z"}},
		{"between two", "2026-05-02T05:30:00Z", []string{"2026-05-02T05:30:00Z", "2026-05-02T06:00:00Z", "2026-05-02T07:00:00Z"}},
		{"in another zone, with a fraction of a second", "2026-05-02T07:30:00.5+02:00", []string{"2026-05-02T05:30:00Z", "2026-05-02T06:00:00Z", "2026-05-02T07:00:00Z"}},
		{"before from", "2026-04-01T00:00:00Z", []string{"2026-05-01T10:20:00Z", "2026-05-01T11:00:00Z", "2026-05-01T12:00:00Z"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []keyplan.Period
			for p := range cal.After(instant(t, tt.start)) {
				if got = append(got, p); len(got) == 2 {
					break
				}
			}
			want := []keyplan.Period{
				{Start: instant(t, tt.want[0]), End: instant(t, tt.want[1])},
				{Start: instant(t, tt.want[1]), End: instant(t, tt.want[2])},
			}
			if !slices.Equal(got, want) {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
}

func TestACalendarSaysWhatDecidesItsBoundaries(t *testing.T) {
	limited := every(90 * time.Second)
	limited.From = new(instant(t, "2026-05-01T12:00:00+02:00"))
	tests := []struct {
		cal  *keyplan.Calendar
		want string
	}{
		{calendar(t, every(30*time.Second)), "every 30s"},
		{calendar(t, limited), "every 1m30s from 2026-05-01T10:00:00Z"},
		{crontab(t, " 0  4 * * * ", "Europe/Berlin"), "cron 0 4 * * * Europe/Berlin"},
		{crontab(t, "0 4 * * *", ""), "cron 0 4 * * * UTC"},
	}
	for _, tt := range tests {
		if got := tt.cal.String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func BenchmarkContaining(b *testing.B) {
	for _, spec := range []string{"*/5 * * * *", "30 2 * * *", "0 12 29 2 *"} {
		c := keyplan.PolicyConfig{Rotate: keyplan.RotateConfig{Cron: spec}, Zone: "Europe/Berlin"}
		cal := calendar(b, c)
		at := time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)
		b.Run(spec, func(b *testing.B) {
			for b.Loop() {
				cal.Containing(at)
			}
		})
	}
}
