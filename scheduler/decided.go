package scheduler

import (
	"context"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// confirm puts into the feed what was decided by command, here or on another replica.
func (k *keeper) confirm(ctx context.Context) error {
	plan, now := k.plan(), k.clock()
	for _, event := range plan.Decided(k.channel.Policy, now) {
		if contains(k.ledger.Feed(k.channel.ID), event) {
			continue
		}
		if err := k.append(ctx, event); err != nil {
			return err
		}
		k.log.Info("decision published", "type", string(event.Type), "period", event.Start)
	}
	return nil
}

// append puts an event at the end of the feed.
func (k *keeper) append(ctx context.Context, event keyplan.Event) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := k.ledger.Append(ctx, k.channel.ID, event)
	return err
}

// contains reports whether a feed has an event.
func contains(feed []keyplan.Event, event keyplan.Event) bool {
	return slices.ContainsFunc(feed, func(e keyplan.Event) bool { return e.ID == event.ID })
}
