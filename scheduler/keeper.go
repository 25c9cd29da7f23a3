package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// How the loop of a channel paces itself.
const (
	// longestSleep bounds how late a clock that was set, a machine that slept, or another
	// replica's decision is noticed.
	longestSleep = time.Second
	// longestRest is the longest time between two steps.
	longestRest = 30 * time.Second
	// patience is how long a call to the store may take. What a call has planned by then
	// stays planned.
	patience = 10 * time.Second
)

// A keeper keeps one channel. It belongs to one goroutine.
type keeper struct {
	*Scheduler
	channel *keyplan.Channel
	log     *slog.Logger  // with the channel
	turn    time.Duration // see turn
	watch   watch
	created bool // by a packager: it may become dormant

	known    known
	found    *keyplan.Plan    // the plan as the last step found it
	stepped  time.Time        // when the last step began
	due      time.Time        // when the next one does
	failures int              // in a row
	failure  string           // the last one that was logged
	doomed   []*keyplan.Entry // under a tombstone, and not yet known to be deleted

	reread    time.Time // when it was last read what other replicas were asked
	forgotten bool      // there is no such channel any more
}

func (k *keeper) run(ctx context.Context) {
	for ctx.Err() == nil && !k.forgotten {
		if now := k.clock(); k.isDue(now) {
			k.step(ctx, now)
		}
		sleep(ctx, min(k.due.Sub(k.clock()), longestSleep))
	}
}

// clock reads the wall clock alone: a monotonic one stands still while a machine sleeps.
func (k *keeper) clock() time.Time { return k.now().Round(0).UTC() }

// isDue is true at the due instant, when the plan is another than the last step found
// (whoever changed it), and when the clock was set back, since then the due instant means
// nothing.
func (k *keeper) isDue(now time.Time) bool {
	return !now.Before(k.due) || now.Before(k.stepped) || k.plan() != k.found
}

func (k *keeper) plan() *keyplan.Plan { return k.ledger.Plan(k.channel.ID) }

// step does everything whose time has come.
func (k *keeper) step(ctx context.Context, now time.Time) {
	k.found, k.stepped = k.plan(), now
	var err error
	if k.dormant(ctx, now) {
		err = k.fade(ctx, now)
	} else {
		err = k.advance(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	k.due = next(k.channel.Policy, k.plan(), now, k.turn)
	if err != nil {
		k.failures++
		k.due = earliest(k.due, k.clock().Add(backoff(k.failures)))
	} else {
		k.failures = 0
	}
	k.report(err)
	k.note(k.channel.ID, k.failure)
	k.observe.Stepped(k.channel.ID, err)
}

// advance announces, plans and purges. A part that fails does not keep the others from being
// tried, and what is planned is announced before a store is asked for more that may be full
// or slow.
func (k *keeper) advance(ctx context.Context) error {
	told := k.announce(ctx)
	planned := k.extend(ctx)
	if told == nil {
		told = k.announce(ctx) // what was planned only now
	}
	return errors.Join(planned, told, k.confirm(ctx), k.purge(ctx))
}

// report logs a failure when it begins or changes, and its end; not each try.
func (k *keeper) report(err error) {
	var failure string
	if err != nil {
		failure = err.Error()
	}
	switch {
	case failure == k.failure:
	case failure == "":
		k.log.Info("channel recovered")
	case errors.Is(err, keyplan.ErrUnknownRecord):
		k.log.Warn("channel is not planned", "err", err)
	default:
		k.log.Warn("channel failing", "err", err)
	}
	k.failure = failure
}

// backoff is the pause after so many failures in a row: one second, doubling.
func backoff(failures int) time.Duration {
	return min(time.Second<<min(failures-1, 5), longestRest)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
