package main

import (
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/scheduler"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// wireWebhooks makes what tells targets of announcements.
func (a *app) wireWebhooks() (err error) {
	targets, _ := webhook.NewTargets(a.config.Webhooks) // Validate has seen its problems
	a.webhooks, err = webhook.New(webhook.Config{
		Targets: targets, Channels: a.roster.ids, Since: a.feed.Since, Tell: a.feed.Tell,
		Store: a.store, Lease: a.webhookLease(), UserAgent: "keyrotor/" + buildVersion(),
		Now: a.now, Log: a.log, Observe: a.watch.webhooks(),
	})
	return err
}

// webhookLease is nil for the embedded store, which no other process can have open.
func (a *app) webhookLease() webhook.Lease {
	if _, embedded := a.store.(*boltstore.Store); embedded {
		return nil
	}
	return scheduler.NewLease(scheduler.LeaseConfig{
		Store: a.store, Channel: webhook.Channel, Now: a.now, Log: a.log,
	})
}

// ids are those of all channels.
func (r *roster) ids() []string {
	channels := r.all()
	ids := make([]string, len(channels))
	for i, ch := range channels {
		ids[i] = ch.ID
	}
	return ids
}

// checkWebhooks checks the configuration of webhooks against the channels that there are.
func (c *Config) checkWebhooks(ps *keyplan.Problems, channels []string) {
	_, problems := webhook.NewTargets(c.Webhooks)
	ps.Under("webhooks", problems)
	for i, target := range c.Webhooks {
		var sub keyplan.Problems
		target.Channels.CheckKnown(&sub, channels)
		ps.Under(fmt.Sprintf("webhooks[%d]", i), sub)
	}
}
