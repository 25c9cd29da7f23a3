package license

import (
	"sync"
	"time"
)

// Slots bound how many requests are answered in a second, and tell each of the others a later
// second in which there is room: no more than capacity are told the same one, and none while an
// earlier one has room. So a storm is over as soon as it can be, if everybody comes when told.
// Slots are safe for concurrent use, and take no more memory for a larger storm.
type Slots struct {
	capacity int

	mu     sync.Mutex // guards what follows
	second int64      // in Unix time, of the last request
	taken  int        // answered in it
	last   int64      // the latest second that somebody was told
	told   int        // how many were told it; all before it are full
}

// maxWait is the farthest second that anybody is told, in seconds: ten minutes.
const maxWait = 600

// NewSlots makes some for a capacity of at least 1. Of 0 they are nil, which answers all.
func NewSlots(capacity int) *Slots {
	if capacity == 0 {
		return nil
	}
	return &Slots{capacity: capacity}
}

// Take gives 0 if a request that comes now is to be answered, and else after how many seconds,
// 1 to 600, there is room. It reports whether there is any room by then.
func (s *Slots) Take(now time.Time) (wait int, ok bool) {
	if s == nil {
		return 0, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now.Unix())
	if s.taken < s.capacity {
		s.taken++
		return 0, true
	}
	if s.told == s.capacity {
		s.last, s.told = s.last+1, 0
	}
	if s.last-s.second > maxWait {
		s.last, s.told = s.last-1, s.capacity
		return maxWait, false
	}
	s.told++
	return int(s.last - s.second), true
}

// turn begins another second. Nobody is told the one that is, and what was told is forgotten
// where the clock was set back.
func (s *Slots) turn(second int64) {
	if second != s.second {
		if second < s.second {
			s.last = 0
		}
		s.second, s.taken = second, 0
	}
	if s.last <= second {
		s.last, s.told = second+1, 0
	}
}
