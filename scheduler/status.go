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

// Status gives every channel: those of Config.Channels in their order, and then those that
// packagers created, but for the ones that nobody asks for, by ID.
func (s *Scheduler) Status() []Status {
	now := s.now()
	var all []Status
	for _, ch := range s.channels {
		all = append(all, s.status(ch.ID, now))
	}
	directory := s.directory()
	for _, ch := range directory.Created() {
		if s.ledger.Loaded(ch.ID) && !directory.Idle(ch.ID, s.ledger.Plan(ch.ID), now) {
			all = append(all, s.status(ch.ID, now))
		}
	}
	return all
}

func (s *Scheduler) status(channel string, now time.Time) Status {
	failure, end := s.failure(channel), s.ledger.Plan(channel).End()
	return Status{
		Channel: channel, PlannedUntil: end,
		Behind: failure != "" || !end.After(now), LastError: failure,
	}
}

// failure is why the last step of a channel failed, or empty.
func (s *Scheduler) failure(channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures[channel]
}

// note keeps why the last step failed, or that it did not.
func (s *Scheduler) note(channel, failure string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[channel] = failure
}
