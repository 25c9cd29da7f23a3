package scheduler

import (
	"context"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// purge deletes what is no longer served, once its tombstone is kept. What a failed try
// leaves is drafted again by the next one.
//
// A plan with unknown records is not purged: one of them may be about what would be gone.
func (k *keeper) purge(ctx context.Context) error {
	before, now := k.plan(), k.clock()
	if before.Unknown() != nil {
		return nil
	}
	expired := before.Purge(k.channel.Policy, now)
	if len(expired.Names) > 0 {
		if err := k.bury(ctx, expired.Tombstone); err != nil {
			return err
		}
		k.doomed = append(k.doomed, missing(before, k.plan())...)
	}
	names := slices.Concat(expired.Names, k.oldEvents(now))
	if len(names) == 0 {
		return nil
	}
	if err := k.delete(ctx, names); err != nil {
		return err
	}
	for _, e := range k.doomed {
		k.log.Info("period purged", "period", e.Start)
	}
	k.doomed = nil
	return nil
}

func (k *keeper) bury(ctx context.Context, tombstone keyplan.Record) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := k.ledger.Create(ctx, k.channel.ID, tombstone)
	return err
}

func (k *keeper) delete(ctx context.Context, names []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return k.ledger.Delete(ctx, k.channel.ID, names...)
}

// missing lists the entries at the beginning of one plan that a later one lacks.
func missing(before, after *keyplan.Plan) []*keyplan.Entry {
	all := before.Entries()
	still := slices.IndexFunc(all, func(e *keyplan.Entry) bool {
		_, ok := after.Starting(e.Start)
		return ok
	})
	if still < 0 {
		return all
	}
	return all[:still]
}

// oldEvents names the events that were appended too long ago for anybody to want them. The
// newest stays, so that its sequence number is never used again.
func (k *keeper) oldEvents(now time.Time) []string {
	feed := k.ledger.Feed(k.channel.ID)
	oldest := now.Add(-k.channel.Policy.Keep - keyplan.PurgeAfter)
	var names []string
	for i := 0; i < len(feed)-1 && feed[i].At.Before(oldest); i++ {
		names = append(names, feed[i].Name())
	}
	return names
}
