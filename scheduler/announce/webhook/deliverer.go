package webhook

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// A Config for a Deliverer.
type Config struct {
	Targets []*Target
	// Channels are all that there are, by ID.
	Channels func() []string
	// Since and Tell are those of the feed (scheduler/announce.Feed).
	Since func(channel string, after uint64) []keyplan.Event
	Tell  func(channel string, event keyplan.Event) (m announce.Message, ready bool)
	Store Store
	// Lease says whether this replica is the one that delivers. Nil means that there is no
	// other.
	Lease Lease
	// Transport connects to a target. Nil means NewTransport.
	Transport func(t *Target) http.RoundTripper
	UserAgent string
	// Now is the wall clock. Nil means time.Now.
	Now func() time.Time
	// Log is told when a target begins and ceases to fail, and what is given up and replayed.
	// Nil means slog.Default.
	Log *slog.Logger
	// Observe may be left out in whole or in part.
	Observe Observer
}

// A Lease is held by one replica at a time, more or less (scheduler.Lease).
type Lease interface {
	// Hold runs work whenever this replica holds the lease, until ctx ends.
	Hold(ctx context.Context, work func(ctx context.Context))
	// Held is asked before each request.
	Held() bool
}

// An Observer hears what metrics are made of, from several goroutines.
type Observer struct {
	// Tried is called after each request.
	Tried func(target string, result Result)
	// Stands is called about twice a second for each target while this replica delivers, with
	// how old the oldest event is that it is to be told, and how many dead letters it has. When
	// another replica delivers, both are 0.
	Stands func(target string, lag time.Duration, dead int)
}

// A Result is what became of a request.
type Result string

// The results.
const (
	Delivered Result = "delivered"
	Refused   Result = "refused" // by an answer other than 2xx
	Failed    Result = "failed"  // without a whole answer
)

// A Deliverer tells targets of events. It is safe for concurrent use.
type Deliverer struct {
	targets   []*Target
	channels  func() []string
	since     func(channel string, after uint64) []keyplan.Event
	tell      func(channel string, event keyplan.Event) (announce.Message, bool)
	store     Store
	lease     Lease
	transport func(t *Target) http.RoundTripper
	userAgent string
	clock     func() time.Time
	log       *slog.Logger
	observe   Observer
	began     time.Time
}

// New refuses a Config that is not complete; its error names every problem.
func New(c Config) (*Deliverer, error) {
	var ps keyplan.Problems
	ps.Need("channels", c.Channels != nil, "a function")
	ps.Need("since", c.Since != nil, "a function")
	ps.Need("tell", c.Tell != nil, "a function")
	ps.Need("store", c.Store != nil, "one")
	if len(ps) > 0 {
		return nil, ps
	}
	c = c.withDefaults()
	return &Deliverer{
		targets: c.Targets, channels: c.Channels, since: c.Since, tell: c.Tell, store: c.Store,
		lease: c.Lease, transport: c.Transport, userAgent: c.UserAgent,
		clock: c.Now, log: c.Log, observe: c.Observe, began: instant(c.Now()),
	}, nil
}

func (c Config) withDefaults() Config {
	if c.Lease == nil {
		c.Lease = sole{}
	}
	if c.Transport == nil {
		c.Transport = func(t *Target) http.RoundTripper { return NewTransport(net.Dialer{}, t.AllowPrivate) }
	}
	c.UserAgent = cmp.Or(c.UserAgent, "keyrotor")
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Log = cmp.Or(c.Log, slog.Default())
	if c.Observe.Tried == nil {
		c.Observe.Tried = func(string, Result) {}
	}
	if c.Observe.Stands == nil {
		c.Observe.Stands = func(string, time.Duration, int) {}
	}
	return c
}

// Run delivers until ctx ends, waits for what it started, and returns nil. Requests under way
// are cut off, and come again.
func (d *Deliverer) Run(ctx context.Context) error {
	if len(d.targets) > 0 {
		d.lease.Hold(ctx, d.deliver)
	}
	return nil
}

func (d *Deliverer) deliver(ctx context.Context) {
	var couriers sync.WaitGroup
	for _, t := range d.targets {
		couriers.Go(func() { newCourier(d, t).run(ctx) })
	}
	couriers.Wait()
}

func (d *Deliverer) now() time.Time { return instant(d.clock()) }

// instant is what a wall clock shows, and nothing else.
func instant(t time.Time) time.Time { return t.Round(0).UTC() }

// sole is the lease of who is alone.
type sole struct{}

func (sole) Hold(ctx context.Context, work func(context.Context)) { work(ctx) }

func (sole) Held() bool { return true }
