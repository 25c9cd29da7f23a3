package scheduler

import "time"

// A Status says how far a channel is planned and what keeps it from being so.
type Status struct {
	Channel string
	// PlannedUntil is the end of the plan; zero if there is none.
	PlannedUntil time.Time
	// Behind is true if the plan does not reach past now, or if the last step failed.
	Behind bool
	// LastError is why the last step failed; empty if it did not.
	LastError string
}

// Status gives every channel, in the order of Config.Channels.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	all := make([]Status, len(s.channels))
	for i, ch := range s.channels {
		failure, end := s.failures[ch.ID], s.ledger.Plan(ch.ID).End()
		all[i] = Status{
			Channel: ch.ID, PlannedUntil: end,
			Behind: failure != "" || !end.After(now), LastError: failure,
		}
	}
	return all
}

// note keeps why the last step failed, or that it did not.
func (s *Scheduler) note(channel, failure string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[channel] = failure
}
