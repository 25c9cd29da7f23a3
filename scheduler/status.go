package scheduler

import "time"

// A Status says how far a channel is planned and what keeps it from being so.
type Status struct {
	Channel string
	// Planned is true once planning has succeeded since the Scheduler was made.
	Planned bool
	// PlannedUntil is the end of the plan; zero if there is none.
	PlannedUntil time.Time
	// Behind is true if the plan does not reach past now, or if the last step failed.
	Behind bool
	// LastError is why the last step failed; empty if it did not.
	LastError string
}

// A state is what the last step left behind.
type state struct {
	planned bool
	failure string
}

// Status gives every channel, in the order of Config.Channels.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	all := make([]Status, len(s.channels))
	for i, ch := range s.channels {
		left, end := s.states[ch.ID], s.ledger.Plan(ch.ID).End()
		all[i] = Status{
			Channel: ch.ID, Planned: left.planned, PlannedUntil: end,
			Behind: left.failure != "" || !end.After(now), LastError: left.failure,
		}
	}
	return all
}

// Ready reports whether planning has succeeded for every channel since the Scheduler was
// made. A later failure does not take it back: what is planned is still served.
func (s *Scheduler) Ready() bool {
	for _, st := range s.Status() {
		if !st.Planned {
			return false
		}
	}
	return true
}

// note keeps what a step left behind.
func (s *Scheduler) note(channel string, planned bool, failure string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[channel] = state{planned: planned || s.states[channel].planned, failure: failure}
}
