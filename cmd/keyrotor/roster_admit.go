package main

import (
	"context"

	"github.com/keyrotor/keyrotor/keyplan"
)

// admit creates the channel of an ID that a pattern matches, after reading what is known of
// it: it may have been there before, or another replica may have created it. It does nothing
// for one that is there.
func (a *app) admit(ctx context.Context, id string) error {
	r := a.roster
	if _, there := r.channel(id); there {
		return nil
	}
	r.creating.Lock()
	defer r.creating.Unlock()
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
