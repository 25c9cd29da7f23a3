package speke_test

import (
	"sync/atomic"
	"time"
)

// A clock shows what it was set to.
type clock struct{ shown atomic.Pointer[time.Time] }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) now() time.Time          { return *c.shown.Load() }
func (c *clock) set(at time.Time)        { c.shown.Store(&at) }
func (c *clock) forward(d time.Duration) { c.set(c.now().Add(d)) }

// noon is when most tests begin. It is a boundary of every policy that they use.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const minute = time.Minute
