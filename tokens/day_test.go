package tokens_test

import (
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A day is 24 hours of two channels, with packagers of every kind and a thousand viewers.
type day struct {
	name  string
	begin time.Time
	// policy is that of both channels, and from the middle on later, if there is one.
	policy keyplan.PolicyConfig
	later  *keyplan.PolicyConfig
	// unseen drops what is observed of packagers.
	unseen bool
}

// In the middle of a day one packager of each channel is silent for an hour.
const (
	dayLength   = 24 * time.Hour
	tick        = 30 * time.Second
	interval    = 5 * time.Minute // of the packagers
	silentFrom  = dayLength/2 - 30*time.Minute
	silentUntil = dayLength/2 + 30*time.Minute
)

// plainDay rotates every five minutes, which stay in tokens for four hours.
func plainDay() day {
	c := every(interval)
	c.DVR = new(4 * time.Hour)
	return day{name: "every 5m", begin: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), policy: c}
}

// under is plainDay with another rotation, which is that of its name.
func (d day) under(name string, r keyplan.RotateConfig) day {
	d.name, d.policy = name, rotating(d.policy, r)
	return d
}

// then changes the rotation of d in the middle of the day.
func (d day) then(name string, r keyplan.RotateConfig) day {
	d.name, d.later = d.name+", then "+name, new(rotating(d.policy, r))
	return d
}

// rotating is c with another rotation under packagers that switch as before.
func rotating(c keyplan.PolicyConfig, r keyplan.RotateConfig) keyplan.PolicyConfig {
	c.Rotate, c.PackagerInterval = r, new(interval)
	return c
}

// changing is d in Berlin, where the clocks are changed in the middle of it.
func (d day) changing(year int, month time.Month, date int) day {
	d.policy.Zone = "Europe/Berlin"
	d.begin = time.Date(year, month, date, 1, 0, 0, 0, time.UTC).Add(-dayLength / 2)
	return d
}

// A fixed hour comes not at all or twice where clocks are changed.
func days() []day {
	cron := func(expression string) keyplan.RotateConfig { return keyplan.RotateConfig{Cron: expression} }
	return []day{
		plainDay(),
		plainDay().then("every 10m", keyplan.RotateConfig{Every: new(10 * time.Minute)}),
		plainDay().then("every 7 minutes of the hour", cron("*/7 * * * *")),
		plainDay().under("fixed hours, clocks go forward", cron("*/20 0-23 * * *")).changing(2026, 3, 29),
		plainDay().under("fixed hours, clocks go back", cron("*/20 0-23 * * *")).changing(2026, 10, 25),
	}
}

func TestNoPlayerOfADayNeedsAKeyThatItsNewestTokenLacks(t *testing.T) {
	for _, d := range days() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			got := d.replay(t, math.MaxInt)
			t.Log(got)
			if got.missed > 0 {
				t.Errorf("%d keys missed, first %s", got.missed, got.first)
			}
		})
	}
}

// So the test above can fail.
func TestADayWithoutLeadGraceOrObservationsMissesKeys(t *testing.T) {
	without := map[string]func(*day){
		"lead":         func(d *day) { d.policy.Lead = new(time.Duration(0)) },
		"grace":        func(d *day) { d.policy.Grace = new(time.Duration(0)) },
		"observations": func(d *day) { d.unseen = true },
	}
	for what, spoil := range without {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			d := plainDay()
			spoil(&d)
			got := d.replay(t, 100)
			t.Logf("%v, the first %s", got, got.first)
			if got.missed == 0 {
				t.Errorf("no key was missed without %s", what)
			}
		})
	}
}

// Figures of a day count what happened in it.
type figures struct {
	sessions, seeks int // of viewers
	asks            int // of packagers, for one period each
	tokens, written int // that viewers fetched, and of those the ones that differ
	needs, missed   int // keys that viewers needed, and those that their newest token lacked
	first           string
}

func (f figures) String() string {
	return fmt.Sprintf("%d players, %d sessions, %d seeks; %d packager asks; %d tokens fetched, %d of them different; %d keys needed, %d missed",
		viewersOfADay, f.sessions, f.seeks, f.asks, f.tokens, f.written, f.needs, f.missed)
}

// replay lets a day pass, tick by tick, or as much of it as it takes to miss so many keys.
func (d day) replay(t *testing.T, enough int) figures {
	var got figures
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, d)
		for elapsed := time.Duration(0); elapsed < dayLength && s.figures.missed < enough; elapsed += tick {
			if elapsed == dayLength/2 && d.later != nil {
				s.change(*d.later)
			}
			s.pass(d.begin.Add(elapsed))
		}
		got = s.figures
	})
	return got
}
