package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// health says why the server should get no requests, or nil, and otherwise what is wrong
// that does not show yet: a line for each channel. What is planned is served, whether or not
// more can be planned.
func (a *app) health() (behind []string, err error) {
	now := a.now()
	if deaf := a.schedule.Deaf(); deaf != "" {
		behind = append(behind, strings.ReplaceAll(deaf, "\n", "; "))
	}
	for _, s := range a.schedule.Status() {
		switch {
		case s.PlannedUntil.IsZero():
			err = errors.Join(err, fmt.Errorf("channel %s: nothing was planned yet", s.Channel))
		case !s.PlannedUntil.After(now):
			err = errors.Join(err, fmt.Errorf("channel %s: the plan ended at %s", s.Channel, s.PlannedUntil.Format(time.RFC3339)))
		case s.Behind:
			behind = append(behind, fmt.Sprintf("channel %s: behind: %s", s.Channel, strings.ReplaceAll(s.LastError, "\n", "; ")))
		}
	}
	return behind, err
}
