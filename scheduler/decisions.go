package scheduler

import (
	"context"
	"time"
)

// catchUpEvery is how often the decisions of other replicas are asked for. With the time that
// asking takes it stays below keyplan.MaxStaleness.
const catchUpEvery = time.Second

// catchUp makes decisions of other replicas part of the plans until ctx ends. It says once
// that it cannot, and once that it can again.
func (s *Scheduler) catchUp(ctx context.Context) {
	for sleep(ctx, catchUpEvery); ctx.Err() == nil; sleep(ctx, catchUpEvery) {
		asking, cancel := context.WithTimeout(ctx, patience)
		err := s.ledger.CatchUp(asking)
		cancel()
		if ctx.Err() == nil {
			s.heard(err)
		}
	}
}

// heard keeps whether the decisions of other replicas could be asked for.
func (s *Scheduler) heard(err error) {
	var failure string
	if err != nil {
		failure = err.Error()
	}
	s.mu.Lock()
	before := s.deaf
	s.deaf = failure
	s.mu.Unlock()
	switch {
	case failure != "" && before == "":
		s.log.Warn("decisions of other replicas are not known", "err", err)
	case failure == "" && before != "":
		s.log.Info("decisions of other replicas are known again")
	}
}

// Deaf says why decisions of other replicas are not known at once, or nothing. What is known
// is served all the same.
func (s *Scheduler) Deaf() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deaf
}
