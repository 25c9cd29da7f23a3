package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// notice is how long before its time a boundary must be decided: every replica knows of it by
// then, whatever its clock shows.
const notice = 2*keyplan.MaxStaleness + 2*keyplan.MaxSkew

// A TooEarlyError says that no boundary can be where it was asked for, since it is too close or
// packagers have been served what is there.
type TooEarlyError struct {
	// Earliest is the first instant from there on at which one can be.
	Earliest time.Time
}

func (e *TooEarlyError) Error() string {
	return "a rotation at this instant is not possible: the earliest is " + e.Earliest.Format(time.RFC3339)
}

// ErrReach says that an instant lies beyond what may be planned.
var ErrReach = errors.New("beyond what may be planned")

// A Rotation is what became of a Rotate.
type Rotation struct {
	// Entry is the period with the new keys. It begins at the rotation.
	Entry *keyplan.Entry
	// Switches say, for each content ID of the channel, when it will air the new keys.
	Switches []Switch
	// Packagers were seen to ask for the period that is on, the latest first.
	Packagers []keyplan.Sighting
}

// A Switch is when packagers of a content ID air the new keys. Zero: nobody has asked by that
// content ID yet.
type Switch struct {
	ContentID string
	At        time.Time
}

// Rotate begins a period with new keys at an instant, in whole seconds, or, if that is zero, at
// the earliest that there is: packagers do not ask again for what they were served. Where a
// period begins then by the schedule, that is the rotation.
//
// It fails with *TooEarlyError, ErrReach, ErrOtherCommand or ErrOverdue.
func (x *Executor) Rotate(ctx context.Context, ch *keyplan.Channel, o Order, at time.Time) (Rotation, error) {
	c, repeated, err := x.begin(ctx, ch, o, "rotate", at.UTC(), func(now time.Time) (time.Time, error) {
		return x.boundary(ctx, ch, now, at)
	})
	if err != nil {
		return Rotation{}, err
	}
	if err := x.split(ctx, ch, c.Start, c.Audit); err != nil {
		return Rotation{}, err
	}
	if !repeated {
		x.Log.Info("channel rotated by command", "channel", ch.ID, "period", c.Start, "caller", c.By, "reason", c.Reason)
		x.Rotated(ch.ID)
	}
	return x.rotation(ch, c.Start)
}

// boundary is where a rotation takes place, once that is planned.
func (x *Executor) boundary(ctx context.Context, ch *keyplan.Channel, now, at time.Time) (time.Time, error) {
	earliest := ceil(x.Now().Add(notice))
	if at.IsZero() {
		at = x.plan(ch).Unserved(earliest)
	}
	if free := x.plan(ch).Unserved(later(at, earliest)); !free.Equal(at) {
		return time.Time{}, &TooEarlyError{free}
	}
	_, err := x.Ledger.Settle(ctx, ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return x.Planner.Through(ctx, ch, p, now, at)
	})
	if errors.Is(err, keyplan.ErrTooFarAhead) {
		return time.Time{}, fmt.Errorf("%w: %w", ErrReach, err)
	}
	return at.UTC(), err
}

// split keeps the boundary at t, unless there is one, and makes sure that every replica will
// know of it.
func (x *Executor) split(ctx context.Context, ch *keyplan.Channel, t time.Time, why keyplan.Audit) error {
	plan := x.plan(ch)
	if e, ok := plan.Starting(t); ok {
		if known, ok := plan.Split(e); ok {
			return x.decide(ctx, ch, known.Record())
		}
		return nil
	}
	if t.Before(x.Now().Add(notice / 2)) {
		return ErrOverdue
	}
	recs, err := x.Planner.Split(ctx, ch, plan, t, why)
	if err != nil {
		return err
	}
	return x.decide(ctx, ch, recs...)
}

func (x *Executor) rotation(ch *keyplan.Channel, t time.Time) (Rotation, error) {
	plan := x.plan(ch)
	e, ok := plan.Starting(t)
	if !ok {
		return Rotation{}, fmt.Errorf("no period of channel %s begins at %s", ch.ID, t.Format(time.RFC3339))
	}
	r := Rotation{Entry: e}
	for _, id := range ch.ContentIDs {
		at, _ := plan.Airs(id, t)
		r.Switches = append(r.Switches, Switch{id, at})
	}
	if current, ok := plan.At(x.now()); ok {
		r.Packagers = plan.Sightings(current)
	}
	return r, nil
}

// ceil rounds up to a whole second.
func ceil(t time.Time) time.Time { return t.UTC().Add(time.Second - 1).Truncate(time.Second) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
