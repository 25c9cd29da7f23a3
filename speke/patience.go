package speke

import (
	"context"
	"sync"
	"time"
)

// patience bounds how long one request waits for the store. A packager that gets no answer
// is worse off than one that is told to try again.
const patience = 3 * time.Second

// A patient context ends patience after somebody first looks whether it has ended. Most
// requests wait for nothing, and a timer for each of them cost nearly as much CPU time as
// reading its document.
type patient struct {
	context.Context
	once    sync.Once // for what follows
	limited context.Context
	cancel  context.CancelFunc
}

// patiently gives a patient context; cancel releases what it holds.
func patiently(ctx context.Context) (limited context.Context, cancel context.CancelFunc) {
	p := &patient{Context: ctx}
	return p, p.end
}

func (p *patient) limit() context.Context {
	p.once.Do(func() { p.limited, p.cancel = context.WithTimeout(p.Context, patience) })
	return p.limited
}

// end cancels. Who looks for the first time afterwards finds the context that it is made of.
func (p *patient) end() {
	p.once.Do(func() { p.limited, p.cancel = p.Context, func() {} })
	p.cancel()
}

// Deadline is context.Context's.
func (p *patient) Deadline() (time.Time, bool) { return p.limit().Deadline() }

// Done is context.Context's.
func (p *patient) Done() <-chan struct{} { return p.limit().Done() }

// Err is context.Context's.
func (p *patient) Err() error { return p.limit().Err() }
