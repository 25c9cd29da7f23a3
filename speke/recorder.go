package speke

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A recorder keeps what is recorded after the answer has left: observations of packagers,
// and what was served while the store could not be reached. Whatever has gathered while
// one write was under way goes into the next.
type recorder struct {
	ledger Ledger
	log    *slog.Logger
	queue  chan pending
	away   bool // the last write failed; run's own
}

type pending struct {
	channel string
	recs    []keyplan.Record
}

const (
	// queueLength bounds what waits for the store. What does not fit is dropped: an
	// observation makes tokens less generous towards packagers that ask late, and that an
	// index was served is recorded when it is asked again.
	queueLength = 4096
	// retryAfter is how long what could not be written waits, at most.
	retryAfter = time.Second
)

func newRecorder(ledger Ledger, log *slog.Logger) *recorder {
	return &recorder{ledger: ledger, log: log, queue: make(chan pending, queueLength)}
}

// later queues records that the plan does not have yet.
func (r *recorder) later(channel string, recs ...keyplan.Record) {
	if len(recs) == 0 {
		return
	}
	select {
	case r.queue <- pending{channel, recs}:
	default:
		r.log.Warn("observations dropped: too many wait for the store", "channel", channel)
	}
}

// run writes until ctx ends, and then tries what is left once more. What could not be written
// is tried again after a while, not with each record that comes.
func (r *recorder) run(ctx context.Context) {
	waiting := backlog{}
	var again <-chan time.Time // nil: nothing failed
	for ctx.Err() == nil {
		select {
		case p := <-r.queue:
			waiting.add(p)
			if again != nil {
				continue
			}
		case <-again:
		case <-ctx.Done():
		}
		again = r.write(ctx, waiting)
	}
	r.write(ctx, waiting)
}

func (r *recorder) gather(waiting backlog) {
	for {
		select {
		case p := <-r.queue:
			waiting.add(p)
		default:
			return
		}
	}
}

// write empties the queue and waiting, but for channels whose records could not be written:
// then what it returns says when to try again. It is not cut short by the end of ctx.
func (r *recorder) write(ctx context.Context, waiting backlog) (again <-chan time.Time) {
	r.gather(waiting)
	var failed error
	for channel, recs := range waiting {
		if err := r.create(ctx, channel, recs); err != nil {
			failed = err
			continue
		}
		delete(waiting, channel)
	}
	r.report(failed, len(waiting))
	if failed != nil {
		again = time.After(retryAfter)
	}
	return again
}

func (r *recorder) create(ctx context.Context, channel string, recs map[string]keyplan.Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	_, err := r.ledger.Create(ctx, channel, slices.Collect(maps.Values(recs))...)
	return err
}

// report logs that the store went away, and that it is back; not each try.
func (r *recorder) report(failed error, channels int) {
	switch {
	case failed != nil && !r.away:
		r.log.Warn("records wait: store unavailable", "channels", channels, "err", failed)
	case failed == nil && r.away:
		r.log.Info("records written: store is back")
	}
	r.away = failed != nil
}

// A backlog is what has not been written yet, by channel and record name. It holds at most
// queueLength records of a channel.
type backlog map[string]map[string]keyplan.Record

// add takes records in. Of those with one name the first counts, as in the store.
func (b backlog) add(p pending) {
	recs := b[p.channel]
	if recs == nil {
		recs = map[string]keyplan.Record{}
		b[p.channel] = recs
	}
	for _, rec := range p.recs {
		if _, there := recs[rec.Name]; !there && len(recs) < queueLength {
			recs[rec.Name] = rec
		}
	}
}
