package access

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Rate is so many calls in a time: all at once, or spread, after which each Per/Count brings
// another one.
type Rate struct {
	Count int           `yaml:"count"`
	Per   time.Duration `yaml:"per"`
}

// Validate checks r completely.
func (r Rate) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if r.Count < 1 || r.Count > maxCount {
		ps.Add("count", "a number from 1 to %d", maxCount)
	}
	if r.Per < time.Second || r.Per > 24*time.Hour {
		ps.Add("per", "a duration from 1s to 24h")
	}
	return ps
}

const maxCount = 1_000_000

// A Limiter holds callers to a Rate, each by a name. It remembers at least the 32,768 that called
// last; one that it has forgotten begins anew. It is safe for concurrent use.
type Limiter struct {
	interval, burst time.Duration
	refused         func()
	seed            maphash.Seed // names are kept as hashes, whatever their length

	mu sync.Mutex // guards what follows
	// young and old say of a caller when it has all of its calls again.
	young, old map[uint64]time.Time
}

const generation = 32_768

// NewLimiter makes one of what Validate accepts, or nil of nil, which refuses nobody. refused
// hears of each call that is; nil means nobody does.
func NewLimiter(r *Rate, refused func()) *Limiter {
	if r == nil {
		return nil
	}
	interval := r.Per / time.Duration(r.Count)
	return &Limiter{
		interval: interval, burst: interval * time.Duration(r.Count), refused: refused,
		seed: maphash.MakeSeed(), young: map[uint64]time.Time{},
	}
}

// Take counts a call of a name. It gives 0 if it may be answered, and else how long the caller
// shall wait: then there is a call again, if nobody takes it before.
func (l *Limiter) Take(name string, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	wait := l.take(maphash.String(l.seed, name), now)
	if wait > 0 && l.refused != nil {
		l.refused()
	}
	return wait
}

func (l *Limiter) take(caller uint64, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	// A clock that was set back leaves nobody without calls for longer than Per.
	left := min(max(l.known(caller).Sub(now), 0), l.burst)
	wait := left + l.interval - l.burst
	if wait <= 0 {
		left += l.interval
	}
	l.young[caller] = now.Add(left)
	if len(l.young) == generation {
		l.young, l.old = map[uint64]time.Time{}, l.young
	}
	return max(wait, 0)
}

func (l *Limiter) known(caller uint64) time.Time {
	if full, ok := l.young[caller]; ok {
		return full
	}
	return l.old[caller]
}
