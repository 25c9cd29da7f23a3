package speke

import (
	"context"
	"log/slog"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A recorder keeps what is recorded after the answer has left: observations of packagers,
// and what was served while the store could not be reached. Whatever has gathered while
// one write was under way goes into the next.
type recorder struct {
	ledger Ledger
	log    *slog.Logger
	queue  chan pending
}

type pending struct {
	channel string
	recs    []keyplan.Record
}

// queueLength bounds what waits for the store. What does not fit is dropped: it only makes
// tokens less generous towards packagers that ask late.
const queueLength = 4096

func newRecorder(ledger Ledger, log *slog.Logger) *recorder {
	return &recorder{ledger: ledger, log: log, queue: make(chan pending, queueLength)}
}

// later queues records that the plan does not have yet.
func (r *recorder) later(channel string, recs ...keyplan.Record) {
	select {
	case r.queue <- pending{channel, recs}:
	default:
		r.log.Warn("observations dropped: too many wait for the store", "channel", channel)
	}
}

// run writes until ctx ends, and then what is left.
func (r *recorder) run(ctx context.Context) {
	waiting := map[string][]keyplan.Record{}
	for {
		select {
		case p := <-r.queue:
			waiting[p.channel] = append(waiting[p.channel], p.recs...)
		case <-ctx.Done():
			r.gather(waiting)
			r.write(context.WithoutCancel(ctx), waiting)
			return
		}
		r.gather(waiting)
		r.write(ctx, waiting)
	}
}

func (r *recorder) gather(waiting map[string][]keyplan.Record) {
	for {
		select {
		case p := <-r.queue:
			waiting[p.channel] = append(waiting[p.channel], p.recs...)
		default:
			return
		}
	}
}

// write empties waiting, but for channels whose records could not be written: they wait for
// the next time, up to queueLength.
func (r *recorder) write(ctx context.Context, waiting map[string][]keyplan.Record) {
	for channel, recs := range waiting {
		if _, err := r.ledger.Create(ctx, channel, recs...); err != nil {
			r.log.Warn("observations wait: store unavailable", "channel", channel, "count", len(recs), "err", err)
			waiting[channel] = recs[max(len(recs)-queueLength, 0):]
			continue
		}
		delete(waiting, channel)
	}
}
