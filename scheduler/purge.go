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
// Nor is any by a wall clock that was set forward and has not stood since.
func (k *keeper) purge(ctx context.Context) error {
	before, wall := k.plan(), k.clock()
	now := wall.Add(-k.turn)
	if !k.believes(wall) || before.Unknown() != nil {
		return nil
	}
	expired := before.Purge(k.channel.Policy, now)
	if len(expired.Names) > 0 {
		if err := k.bury(ctx, expired.Tombstone); err != nil {
			return err
		}
		k.doomed = append(k.doomed, missing(before, k.plan())...)
	}
	names := slices.Concat(expired.Names, k.oldEvents(now), before.OldCommands(now))
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

// believes reports whether keys may be purged by what the wall clock shows.
func (k *keeper) believes(wall time.Time) bool {
	now := time.Now()
	if step := k.watch.look(wall, now); step > 0 {
		k.log.Warn("clock set forward, purging waits", "by", step.Round(time.Second))
	}
	return k.watch.stands(now)
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

// oldEvents names the events at the beginning of the feed that nobody can want any more: they
// were appended long ago and their period is purged, so that it is not announced again. The
// newest stays, so that its sequence number is never used again.
func (k *keeper) oldEvents(now time.Time) []string {
	feed, left := k.ledger.Feed(k.channel.ID), beginning(k.plan())
	oldest := now.Add(-k.channel.Policy.Keep - keyplan.PurgeAfter)
	var names []string
	for _, e := range feed[:max(len(feed)-1, 0)] {
		if !e.At.Before(oldest) || !e.Start.Before(left) {
			break
		}
		names = append(names, e.Name())
	}
	return names
}

// beginning is where that begins which is left of a plan.
func beginning(plan *keyplan.Plan) time.Time {
	if all := plan.Entries(); len(all) > 0 {
		return all[0].Start
	}
	return plan.End()
}
