package main

import (
	"context"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan"
)

// admit creates the channel of an ID that a pattern matches, after reading what is known of
// it: it may have been there before, or another replica may have created it. It does nothing
// for one that is there.
func (a *app) admit(ctx context.Context, id string) error {
	if _, there := a.roster.channel(id); there {
		return nil
	}
	select {
	case a.roster.creating <- struct{}{}:
		defer func() { <-a.roster.creating }()
		return a.create(ctx, id)
	case <-ctx.Done():
		return fmt.Errorf("create channel %q: others are being created: %w", id, ctx.Err())
	}
}

// create is admit's; it is called once at a time. Of what may not be created nothing is read,
// which would stay in memory.
func (a *app) create(ctx context.Context, id string) error {
	r := a.roster
	if ch, ok := r.directory().Find(id); !ok || ch.Fresh {
		if _, err := r.directory().Create(id, a.now()); err != nil {
			return err
		}
	}
	if err := r.replica.Load(ctx, id); err != nil {
		return err
	}
	ch, ok := r.directory().Find(id)
	if ok && !ch.Fresh {
		return nil
	}
	rec, err := r.directory().Create(id, a.now())
	if err != nil {
		return err
	}
	if _, err := r.replica.Decide(ctx, keyplan.DirectoryChannel, rec); err != nil {
		return err
	}
	a.log.Info("channel created", "channel", id, "pattern", ch.Pattern.ID)
	a.watch.channelCreated(ch.Pattern.ID)
	return nil
}
