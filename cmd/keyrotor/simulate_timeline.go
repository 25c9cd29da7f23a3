package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/forecast"
)

func (s simulatedChannel) local(t time.Time) string { return t.In(s.zone).Format(time.RFC3339) }

// clocks words the clock changes of a run.
func (s simulatedChannel) clocks(run forecast.Run) string {
	words := []string{}
	for _, change := range run.Clocks {
		way, by := "forward", change.By
		if by < 0 {
			way, by = "back", -by
		}
		words = append(words, fmt.Sprintf("%s by %v at %s", way, by, s.local(change.At)))
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, ", ")
}

// keys is how many keys a period has; 0 if packagers decide.
func (s simulatedChannel) keys() int {
	if s.channel.KID == keyplan.Adopt {
		return 0
	}
	return len(s.channel.Tracks) * len(s.channel.Schemes)
}

func (s simulatedChannel) summary() string {
	if s.Periods == 0 {
		return "no period: the policy begins later"
	}
	keys, inToken := "keys as packagers ask", count(s.InToken, "period")
	if n := s.keys(); n > 0 {
		keys = count(n*s.Periods, "key")
		inToken = fmt.Sprintf("%s, %s", inToken, count(n*s.InToken, "key"))
	}
	return fmt.Sprintf("%s, %s; in a token up to %s\n%s", count(s.Periods, "period"), keys, inToken, s.lengths())
}

func (s simulatedChannel) lengths() string {
	if s.Longest == s.Shortest {
		return fmt.Sprintf("each is %v long", s.Longest.Duration())
	}
	return fmt.Sprintf("longest %v, from %s; shortest %v, from %s",
		s.Longest.Duration(), s.local(s.Longest.Start), s.Shortest.Duration(), s.local(s.Shortest.Start))
}

// A timelineView is a simulatedChannel as JSON. Keys are left out where packagers decide.
type timelineView struct {
	Channel        string          `json:"channel"`
	Policy         string          `json:"policy"`
	Zone           string          `json:"zone"`
	Periods        int             `json:"periods"`
	Keys           int             `json:"keys,omitempty"`
	Longest        *keyplan.Period `json:"longest,omitempty"`
	Shortest       *keyplan.Period `json:"shortest,omitempty"`
	PeriodsInToken int             `json:"periodsInToken"`
	KeysInToken    int             `json:"keysInToken,omitempty"`
	Runs           []runView       `json:"runs"`
}

type runView struct {
	Start        time.Time         `json:"start"`
	End          time.Time         `json:"end"`
	Periods      int               `json:"periods"`
	Seconds      int               `json:"seconds"` // of each period
	ClockChanges []clockChangeView `json:"clockChanges,omitempty"`
}

type clockChangeView struct {
	At      time.Time `json:"at"`
	Seconds int       `json:"seconds"` // forward; negative if back
}

func timelineViews(simulated []simulatedChannel) []timelineView {
	var views []timelineView
	for _, s := range simulated {
		v := timelineView{
			Channel: s.channel.ID, Policy: s.channel.Policy.Calendar.String(), Zone: s.zone.String(),
			Periods: s.Periods, Keys: s.keys() * s.Periods,
			PeriodsInToken: s.InToken, KeysInToken: s.keys() * s.InToken, Runs: []runView{},
		}
		if s.Periods > 0 {
			v.Longest, v.Shortest = &s.Longest, &s.Shortest
		}
		for _, run := range s.Runs {
			v.Runs = append(v.Runs, viewRun(run))
		}
		views = append(views, v)
	}
	return views
}

func viewRun(run forecast.Run) runView {
	v := runView{Start: run.Start, End: run.End, Periods: run.Periods, Seconds: int(run.Length.Seconds())}
	for _, change := range run.Clocks {
		v.ClockChanges = append(v.ClockChanges, clockChangeView{At: change.At, Seconds: int(change.By.Seconds())})
	}
	return v
}
