package scheduler

import (
	"context"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// purgeAfter is how long after keep the plan and the feed hold something: a day, the same
// as keyplan.Plan.Purge.
const purgeAfter = 24 * time.Hour

// doomed is what a tombstone was kept for and is still to be deleted.
type doomed struct {
	names   []string
	periods []*keyplan.Entry
}

// purge deletes what is no longer served. What a failed try leaves is tried again with the
// next step.
//
// A plan with unknown records is not purged: one of them may be about what would be gone.
func (k *keeper) purge(ctx context.Context) error {
	now := k.clock()
	if k.plan().Unknown() != nil {
		return nil
	}
	if err := k.bury(ctx, now); err != nil {
		return err
	}
	names := slices.Concat(k.doomed.names, k.oldEvents(now))
	if len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := k.ledger.Delete(ctx, k.channel.ID, names...); err != nil {
		return err
	}
	for _, e := range k.doomed.periods {
		k.log.Info("period purged", "period", e.Start)
	}
	k.doomed = doomed{}
	return nil
}

// bury keeps the tombstone of what has expired, and dooms it.
func (k *keeper) bury(ctx context.Context, now time.Time) error {
	before := k.plan()
	expired := before.Purge(k.channel.Policy, now)
	if len(expired.Names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := k.ledger.Create(ctx, k.channel.ID, expired.Tombstone); err != nil {
		return err
	}
	k.doomed.names = append(k.doomed.names, expired.Names...)
	k.doomed.periods = append(k.doomed.periods, missing(before, k.plan())...)
	return nil
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
	oldest := now.Add(-k.channel.Policy.Keep - purgeAfter)
	var names []string
	for i := 0; i < len(feed)-1 && feed[i].At.Before(oldest); i++ {
		names = append(names, feed[i].Name())
	}
	return names
}
