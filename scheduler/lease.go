package scheduler

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// How a lease paces itself.
const (
	// leaseLength is how long a term lasts: for its holder from before it was asked for, for
	// anybody else from when it was first seen, which is later.
	leaseLength = 15 * time.Second
	// leaseRenew is how long before the holder asks for its next term.
	leaseRenew = 5 * time.Second
	// leaseLook is how often the others look whether the term is over.
	leaseLook = 2 * time.Second
)

// A LeaseConfig for a Lease.
type LeaseConfig struct {
	Store LeaseStore
	// Channel is the reserved channel whose lease it is.
	Channel string
	// Now is the wall clock. Nil means time.Now.
	Now func() time.Time
	// Log is told when the lease is got and lost. Nil means slog.Default.
	Log *slog.Logger
}

// A LeaseStore keeps terms (keyplan/ledger.Store).
type LeaseStore interface {
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
	List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error)
	Delete(ctx context.Context, channel string, names ...string) error
}

// A Lease lets one replica of a store at a time do what several would only do several times.
// It saves work and decides nothing: for an instant, and while a clock is wrong, two may hold
// it, so whatever is done under it must bear being done twice. It belongs to one Hold.
type Lease struct {
	store   LeaseStore
	channel string
	now     func() time.Time
	log     *slog.Logger
	holder  string // names this replica

	seen   uint64    // the newest term that was seen
	seenAt time.Time // when it was first, by the monotonic clock

	mu    sync.Mutex // guards what follows
	term  uint64     // the one that this replica holds, or held last
	until time.Time  // its end by the monotonic clock
	wall  time.Time  // its end by the wall clock
}

// NewLease is held by nobody yet.
func NewLease(c LeaseConfig) *Lease {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Lease{
		store: c.Store, channel: c.Channel, now: c.Now, log: cmp.Or(c.Log, slog.Default()),
		holder: rand.Text(),
	}
}

// Held reports whether this replica holds the lease. While a machine sleeps the monotonic
// clock stands still and the wall clock does not, so both must say so.
func (l *Lease) Held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until) && l.now().Round(0).Before(l.wall)
}

// Hold runs work whenever this replica holds the lease, with a context that ends with the
// term or with ctx, and waits for it. Then it gives the lease back, so that another replica
// need not wait for the end of the term. It returns with ctx.
func (l *Lease) Hold(ctx context.Context, work func(ctx context.Context)) {
	for ctx.Err() == nil {
		if l.acquire(ctx) {
			l.log.Info("lease got", "lease", l.channel)
			l.hold(ctx, work)
			l.release(ctx)
			l.log.Info("lease ended", "lease", l.channel)
		}
		sleep(ctx, leaseLook)
	}
}

// hold works until a term ends without a next one.
func (l *Lease) hold(ctx context.Context, work func(ctx context.Context)) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	var works sync.WaitGroup
	defer works.Wait()
	works.Go(func() { work(working) })
	for sleep(ctx, leaseRenew); ctx.Err() == nil; sleep(ctx, leaseRenew) {
		if !l.renew(ctx) {
			break
		}
	}
	stop()
}

// renew asks for the next term, again and again if the store does not answer, and is false
// once there is nothing left of this one, or somebody else has the next.
func (l *Lease) renew(ctx context.Context) bool {
	for ctx.Err() == nil {
		got, err := l.extend(ctx)
		if err == nil {
			return got
		}
		if !l.Held() {
			l.log.Warn("lease lost: the store does not answer", "lease", l.channel, "err", err)
			return false
		}
		sleep(ctx, time.Second)
	}
	return false
}
