package command

import (
	"context"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// renew puts another key in the place of one that no packager was served, or of a static one
// for who asks from now on. It gives the other key, if there is one.
func (x *Executor) renew(ctx context.Context, ch *keyplan.Channel, c keyplan.Command, kid keyplan.KID) (keyplan.ContentKey, error) {
	for {
		plan := x.plan(ch)
		e, k, ok := plan.KID(kid)
		switch {
		case !ok:
			return x.replacement(ctx, ch, kid)
		case k.Adopted:
			return keyplan.ContentKey{}, nil
		case e.Static():
			return x.renewStatic(ctx, ch, k)
		case plan.Issued(e) || len(airing(plan, e, time.Time{})) > 0:
			return keyplan.ContentKey{}, nil
		}
		rec, err := x.Planner.Renew(ctx, ch, plan, e, k, c.Audit)
		if err != nil {
			return keyplan.ContentKey{}, err
		}
		if err := x.decide(ctx, ch, rec); err != nil {
			return keyplan.ContentKey{}, err
		}
	}
}

// replacement is the key that an entry has in the place of a KID, which every replica will
// know of.
func (x *Executor) replacement(ctx context.Context, ch *keyplan.Channel, kid keyplan.KID) (keyplan.ContentKey, error) {
	e, ok := x.plan(ch).Replaced(kid)
	if !ok {
		return keyplan.ContentKey{}, ErrNoKID // purged meanwhile
	}
	r, k, ok := x.plan(ch).Replacement(e, kid)
	if !ok {
		return k, fmt.Errorf("what replaced KID %s of channel %s is not in the plan", kid, ch.ID)
	}
	return k, x.decide(ctx, ch, r.Record())
}

// renewStatic makes sure, like replacement, that every replica will know of the other key.
func (x *Executor) renewStatic(ctx context.Context, ch *keyplan.Channel, old keyplan.ContentKey) (keyplan.ContentKey, error) {
	recs, err := x.Planner.RenewStatic(ctx, ch, x.plan(ch), old)
	if err != nil {
		return keyplan.ContentKey{}, err
	}
	if k, _ := x.plan(ch).Static(old.Track, old.Scheme); len(recs) == 0 {
		recs = []keyplan.Record{keyplan.Static{ContentKey: k}.Record()}
	}
	err = x.decide(ctx, ch, recs...)
	k, _ := x.plan(ch).Static(old.Track, old.Scheme)
	return k, err
}
