package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

var (
	// ErrNoKID says that the channel has no such KID.
	ErrNoKID = errors.New("no such KID")
	// ErrStatic says that a key which belongs to no period can be revoked at once only.
	ErrStatic = errors.New("a static key is on air for ever: it can be revoked with immediate only")
)

// A Revocation is what became of a Revoke.
type Revocation struct {
	keyplan.Revoked
	// Rotation is where packagers change to other keys. Nil: they need no command to.
	Rotation *Rotation
	// Renewed is the key in the place of the revoked one, where no packager was served that.
	// The zero KID: there is none.
	Renewed keyplan.ContentKey
	// Airing says who airs the revoked key still, and goes dark if it is withdrawn before.
	Airing []keyplan.Airing
	// Packagers were seen to ask for the revoked key's period, the latest first.
	Packagers []keyplan.Sighting
}

// revocation is what a client asks for.
type revocation struct {
	KID       keyplan.KID
	Immediate bool
}

// Revoke withdraws a KID: it will be in no token, licence and announcement. Where no packager
// was served it, it is withdrawn now and another key takes its place. Otherwise the channel is
// rotated first, and the KID withdrawn when the last packager stops airing it, or now if that
// is what immediate says.
//
// It fails with ErrNoKID, ErrStatic or ErrOtherCommand.
func (x *Executor) Revoke(ctx context.Context, ch *keyplan.Channel, o Order, kid keyplan.KID, immediate bool) (Revocation, error) {
	asked := revocation{kid, immediate}
	c, repeated, err := x.begin(ctx, ch, o, "revoke", asked, func(time.Time) (time.Time, error) { return x.leave(ch, asked) })
	if err != nil {
		return Revocation{}, err
	}
	renewed, err := x.renew(ctx, ch, c, kid)
	if err != nil {
		return Revocation{}, err
	}
	if renewed.KID == (keyplan.KID{}) && !c.Start.IsZero() {
		if err := x.change(ctx, ch, c, asked); err != nil {
			return Revocation{}, err
		}
	}
	revoked, err := x.withdraw(ctx, ch, c, asked)
	if err != nil {
		return Revocation{}, err
	}
	if !repeated {
		x.Log.Warn("KID revoked by command", "channel", ch.ID, "kid", kid, "from", revoked.From, "caller", c.By, "reason", c.Reason)
		x.Revoked(ch.ID)
	}
	return x.revocation(ch, c, revoked, renewed)
}

// leave is where packagers are to change to other keys, if a KID is on air and they do not by
// the schedule; else it is zero.
func (x *Executor) leave(ch *keyplan.Channel, asked revocation) (time.Time, error) {
	plan := x.plan(ch)
	e, k, ok := plan.KID(asked.KID)
	if _, replaced := plan.Replaced(asked.KID); !ok && !replaced {
		return time.Time{}, ErrNoKID
	}
	switch {
	case !ok, k.Adopted && !e.Static():
		return time.Time{}, nil
	case e.Static() && !asked.Immediate:
		return time.Time{}, ErrStatic
	case e.Static():
		return time.Time{}, nil
	}
	t := ceil(x.Now().Add(notice))
	for _, a := range airing(plan, e, t) {
		t = later(t, a.End)
	}
	if t = plan.Unserved(t); !t.After(e.Start) || !t.Before(e.End) {
		return time.Time{}, nil
	}
	return t, nil
}

// change keeps the boundary at which packagers change to other keys. If it was decided and
// not kept in time, it is another.
func (x *Executor) change(ctx context.Context, ch *keyplan.Channel, c keyplan.Command, asked revocation) error {
	err := x.split(ctx, ch, c.Start, c.Audit)
	if !errors.Is(err, ErrOverdue) {
		return err
	}
	t, err := x.leave(ch, asked)
	if err != nil || t.IsZero() {
		return err
	}
	return x.split(ctx, ch, t, c.Audit)
}

// withdraw keeps from when on a KID is withdrawn, unless that was decided before.
func (x *Executor) withdraw(ctx context.Context, ch *keyplan.Channel, c keyplan.Command, asked revocation) (keyplan.Revoked, error) {
	r := keyplan.Revoked{KID: asked.KID, From: c.At, Immediate: asked.Immediate, Audit: c.Audit}
	plan := x.plan(ch)
	if e, ok := plan.Replaced(asked.KID); ok {
		r.Start = e.Start
	} else if e, _, ok := plan.KID(asked.KID); ok && !e.Static() {
		r.Start = e.Start
		if !asked.Immediate {
			r.From = later(c.At, plan.AiredUntil(e))
		}
	}
	if err := x.decide(ctx, ch, r.Record()); err != nil {
		return r, err
	}
	r, _ = x.plan(ch).Revoked(asked.KID)
	return r, nil
}

func (x *Executor) revocation(ch *keyplan.Channel, c keyplan.Command, revoked keyplan.Revoked, renewed keyplan.ContentKey) (Revocation, error) {
	r := Revocation{Revoked: revoked, Renewed: renewed}
	plan := x.plan(ch)
	if e, k, ok := plan.KID(revoked.KID); ok && !e.Static() {
		r.Airing, r.Packagers = lastOfEach(airing(plan, e, x.now())), plan.Sightings(e)
		if next, ok := plan.At(e.End); ok && !k.Adopted && e.End.After(c.At) {
			rotation, err := x.rotation(ch, next.Start)
			if err != nil {
				return r, err
			}
			r.Rotation = &rotation
		}
	}
	return r, nil
}

// airing are the packagers' periods that were served an entry and end after t.
func airing(plan *keyplan.Plan, e *keyplan.Entry, t time.Time) []keyplan.Airing {
	return slices.DeleteFunc(plan.Airings(), func(a keyplan.Airing) bool {
		return !a.Of.Equal(e.Start) || !a.End.After(t)
	})
}

// lastOfEach leaves the last period of each content ID.
func lastOfEach(all []keyplan.Airing) []keyplan.Airing {
	var last []keyplan.Airing
	for _, a := range slices.Backward(all) {
		if !slices.ContainsFunc(last, func(l keyplan.Airing) bool { return l.ContentID == a.ContentID }) {
			last = append(last, a)
		}
	}
	return last
}
