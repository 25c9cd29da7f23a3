package license

import (
	"sync"
	"time"
)

// Turns bound how many requests are answered in a second, and tell each of the others a later
// second in which there is room: no more than capacity are told the same one, and none while an
// earlier one has room. So a storm is over as soon as it can be, if everybody comes when told.
// Turns are safe for concurrent use, and take no more memory for a larger storm.
type Turns struct {
	capacity int

	mu     sync.Mutex // guards what follows
	second int64      // in Unix time, of the last request
	taken  int        // answered in it
	last   int64      // the latest second that somebody was told
	told   int        // how many were told it; all before it are full
}

// maxWait is the farthest second that anybody is told, in seconds: ten minutes.
const maxWait = 600

// NewTurns makes some for a capacity of at least 1. Of 0 they are nil, which answers all.
func NewTurns(capacity int) *Turns {
	if capacity == 0 {
		return nil
	}
	return &Turns{capacity: capacity}
}

// Take gives 0 if a request that comes now is to be answered, and else after how many seconds,
// 1 to 600, there is room. It reports whether there is any room by then.
func (t *Turns) Take(now time.Time) (wait int, ok bool) {
	if t == nil {
		return 0, true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin(now.Unix())
	if t.taken < t.capacity {
		t.taken++
		return 0, true
	}
	if t.told == t.capacity {
		t.last, t.told = t.last+1, 0
	}
	if t.last-t.second > maxWait {
		t.last, t.told = t.last-1, t.capacity
		return maxWait, false
	}
	t.told++
	return int(t.last - t.second), true
}

// maxLate is how many seconds before it takes its turn a request may have read the clock.
const maxLate = 10

// begin makes room where a second has begun. Nobody is told the one that is on, and what was told
// is forgotten where the clock was set back by more than maxLate. A request that is late belongs to
// the second that is on.
func (t *Turns) begin(second int64) {
	if second < t.second && t.second-second <= maxLate {
		return
	}
	if second != t.second {
		if second < t.second {
			t.last = 0
		}
		t.second, t.taken = second, 0
	}
	if t.last <= second {
		t.last, t.told = second+1, 0
	}
}
