package tokens

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Config for an Issuer. None of its functions is nil.
type Config struct {
	Section Section
	// Now is the clock.
	Now func() time.Time
	// Plan gives the plan of a channel as far as it is known.
	Plan func(channel string) *keyplan.Plan
	// Open opens a key of a plan.
	Open func(ctx context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error)
}

// An Issuer writes tokens. It is safe for concurrent use.
type Issuer struct {
	config Config
	axinom *Axinom // nil: not offered
}

// New refuses what the Section's Validate reports, and a Config that lacks a function.
func New(c Config) (*Issuer, error) {
	if ps := c.Section.Validate(); len(ps) > 0 {
		return nil, ps
	}
	if c.Now == nil || c.Plan == nil || c.Open == nil {
		return nil, errors.New("tokens: want Now, Plan and Open")
	}
	i := &Issuer{config: c}
	if c.Section.Axinom == nil {
		return i, nil
	}
	axinom, err := NewAxinom(*c.Section.Axinom)
	i.axinom = axinom
	return i, err
}

// Issue writes a token for a channel, with the keys of the time from which on it may be
// used. It fails with a *RequestError if the request is
// wrong, and with ErrNothingPlanned if there is nothing to put in.
func (i *Issuer) Issue(ctx context.Context, ch *keyplan.Channel, r Request) (Answer, error) {
	now, section := i.config.Now().UTC(), i.config.Section
	if err := cmp.Or(i.checkFormat(r), r.check(ch, now)); err != nil {
		return Answer{}, err
	}
	plan, used := i.config.Plan(ch.ID), latest(now, r.ValidFrom)
	caps := i.axinom.caps(section.maxCharacters(), section.MaxKIDs)
	win := r.Window(plan.Licensable(ch.Policy, used), ch.Policy, used, caps)
	if err := r.checkWindow(plan, win, now); err != nil {
		return Answer{}, err
	}
	valid := r.validityOf(win.Keys, ch.Policy, now, section.lifetime())
	token, err := i.axinom.write(win.distinct(), valid, i.opener(ctx, ch))
	if err != nil {
		return Answer{}, fmt.Errorf("token for channel %s: %w", ch.ID, err)
	}
	return Answer{
		Token: token, Format: FormatAxinom, KIDs: win.KIDs(), LeftOut: win.LeftOut,
		Expires: valid.expires, RefreshAt: r.refreshAt(plan, ch.Policy, used, win, valid.expires),
	}, nil
}

func (i *Issuer) checkFormat(r Request) error {
	switch {
	case i.axinom == nil:
		return &RequestError{"format", "none: no token format is configured"}
	case r.Format != "" && r.Format != FormatAxinom:
		return &RequestError{"format", FormatAxinom}
	}
	return nil
}

// An opener opens a key of a window.
type opener func(Key) (keyplan.Secret, error)

func (i *Issuer) opener(ctx context.Context, ch *keyplan.Channel) opener {
	return func(k Key) (keyplan.Secret, error) {
		secret, err := i.config.Open(ctx, k.Of.Ref(ch.ID, k.ContentKey), k.KID, k.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open key %s: %w", k.KID, err)
		}
		return secret, nil
	}
}
