package scheduler

import (
	"context"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// extend plans ahead, as far as the policy wants; what is planned already is extended
// before its time, by the channel's turn.
func (k *keeper) extend(ctx context.Context) error {
	before, now := k.plan(), k.clock()
	if _, on := before.At(now); on {
		now = now.Add(k.turn)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := k.ledger.Settle(ctx, k.channel.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return k.planner.Ahead(ctx, k.channel, p, now)
	})
	after := k.plan()
	for _, e := range after.Between(before.End(), after.End()) {
		k.log.Info("period planned", "period", e.Start, "end", e.End)
	}
	return err
}

// announce puts into the feed what has come into its lead and is not over. Periods are
// announced in their order, so the first that fails ends it.
func (k *keeper) announce(ctx context.Context) error {
	plan, now := k.plan(), k.clock()
	coming := plan.Between(now, plan.End())
	k.known = k.known.look(coming, now)
	for _, e := range coming {
		at := plan.FeedAt(k.channel.Policy, e)
		if at.After(now) {
			return nil
		}
		if err := k.tell(ctx, plan.Announcement(e, now), at); err != nil {
			return err
		}
	}
	return nil
}

// tell appends an event that was due at an instant, unless the feed has it. A period that
// was announced before, and has more keys since, is due now.
func (k *keeper) tell(ctx context.Context, event keyplan.Event, due time.Time) error {
	feed := k.ledger.Feed(k.channel.ID)
	if contains(feed, event) {
		return nil
	}
	if slices.ContainsFunc(feed, func(e keyplan.Event) bool { return e.Type == event.Type && e.Start.Equal(event.Start) }) {
		due = k.clock()
	}
	if err := k.append(ctx, event); err != nil {
		return err
	}
	late := k.known.late(event.Start, due, k.clock())
	k.log.Info("period announced", "period", event.Start, "late", late)
	k.observe.Announced(k.channel.ID, late)
	return nil
}
