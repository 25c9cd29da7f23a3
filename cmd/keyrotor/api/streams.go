package api

import (
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A StreamsConfig bounds event streams. Each holds a connection and its memory for as long as
// the client likes.
type StreamsConfig struct {
	// Max is how many there may be at once.
	Max int `yaml:"max"`
	// MaxPerRemote is how many of them one remote may have: an IPv4 address, or the /64 of an
	// IPv6 one.
	MaxPerRemote int `yaml:"max_per_remote"`
	// Patience is how long a client may take to accept an event before it is dropped.
	Patience time.Duration `yaml:"patience"`
}

// Validate checks c completely.
func (c StreamsConfig) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if c.Max < 1 {
		ps.Add("max", "at least 1")
	}
	if c.MaxPerRemote < 1 {
		ps.Add("max_per_remote", "at least 1")
	}
	if c.Patience < time.Second || c.Patience > time.Hour {
		ps.Add("patience", "a duration from 1s to 1h")
	}
	return ps
}

// streams counts those that are open.
type streams struct {
	config StreamsConfig

	mu    sync.Mutex // guards what follows
	open  int
	holds map[netip.Prefix]int // by remote; none is 0
}

func newStreams(c StreamsConfig) *streams {
	return &streams{config: c, holds: map[netip.Prefix]int{}}
}

// enter gives the place of a stream, to be left once, or the problem that there is none.
func (s *streams) enter(remote netip.Prefix) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.holds[remote] >= s.config.MaxPerRemote:
		return nil, NewProblem(http.StatusTooManyRequests, "too many event streams from this address: poll the announcement")
	case s.open >= s.config.Max:
		return nil, NewProblem(http.StatusServiceUnavailable, "too many event streams: poll the announcement")
	}
	s.open++
	s.holds[remote]++
	return func() { s.leave(remote) }, nil
}

func (s *streams) leave(remote netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.holds[remote]--; s.holds[remote] == 0 {
		delete(s.holds, remote)
	}
}

// retryLater asks whoever found no place to come back in 5 to 15 s, not all at once.
func retryLater(h http.Header) { h.Set("Retry-After", strconv.Itoa(5+rand.N(11))) }
