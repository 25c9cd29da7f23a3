package tokens

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
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
	sets   map[string]*KeySet // by their names in the section
	offers map[string]*offer  // by format
	// scratches keeps *scratch for other tokens.
	scratches sync.Pool
}

// New refuses what the Section's Validate reports, and a Config that lacks a function.
func New(c Config) (*Issuer, error) {
	if ps := c.Section.Validate(); len(ps) > 0 {
		return nil, ps
	}
	if c.Now == nil || c.Plan == nil || c.Open == nil {
		return nil, errors.New("tokens: want Now, Plan and Open")
	}
	shelf, _ := newShelf(c.Section) // Validate took it
	return &Issuer{config: c, sets: shelf.sets, offers: shelf.offers}, nil
}

// Issue writes a token for a channel, with the keys of the time from which on it may be
// used. It fails with a *RequestError if the request is
// wrong, and with ErrNothingPlanned if there is nothing to put in.
func (i *Issuer) Issue(ctx context.Context, ch *keyplan.Channel, r Request) (Answer, error) {
	now, section := i.config.Now().UTC(), i.config.Section
	o, err := i.offered(ch, r, now)
	if err != nil {
		return Answer{}, err
	}
	plan, used := i.config.Plan(ch.ID), latest(now, r.ValidFrom)
	room := i.borrow()
	defer i.release(room)
	win, err := i.window(o, ch, plan, r, now, room)
	if err != nil {
		return Answer{}, err
	}
	d := draft{
		Request: r, validity: r.validityOf(win.Keys, ch.Policy, now, section), channel: ch.ID,
		keys: o.arrange(room, win.distinct()), issued: now, open: i.opener(ctx, ch),
	}
	token, err := o.write(room, d)
	if err != nil {
		return Answer{}, fmt.Errorf("token for channel %s: %w", ch.ID, err)
	}
	return Answer{
		Token: token, Format: o.name, KIDs: kidsOf(d.keys), LeftOut: win.LeftOut,
		Expires: d.expires, RefreshAt: r.refreshAt(plan, ch.Policy, used, win, d.expires),
	}, nil
}

// offered is the format that a request means, which has a place for all that is asked.
func (i *Issuer) offered(ch *keyplan.Channel, r Request, now time.Time) (*offer, error) {
	names := i.config.Section.Formats()
	if len(names) == 0 {
		return nil, &RequestError{"format", "none: no token format is configured"}
	}
	o := i.offers[cmp.Or(r.Format, i.config.Section.Default, names[0])]
	if o == nil {
		return nil, &RequestError{"format", oneOf(names)}
	}
	return o, cmp.Or(r.check(ch, now), o.check(ch, r, now))
}

// window chooses the keys of a token, and puts them into a scratch if there is room.
func (i *Issuer) window(o *offer, ch *keyplan.Channel, plan *keyplan.Plan, r Request, now time.Time, room *scratch) (Window, error) {
	caps, err := o.caps(ch.ID, r, now, i.config.Section.MaxKIDs)
	if err != nil {
		return Window{}, err
	}
	if caps.Room <= 0 {
		return Window{}, &RequestError{"subject", "a shorter one: the token has no room for keys"}
	}
	used := latest(now, r.ValidFrom)
	spans := plan.Licensable(ch.Policy, used)
	sieve := newSieve(r.Wish, ch.Policy, used, room.keys[:0])
	win := sieve.choose(spans, caps)
	room.keys = sieve.all
	if err := r.checkWindow(plan, win, now); err != nil {
		return Window{}, err
	}
	if o.upcoming && len(r.KIDs) > 0 {
		win = r.withUpcoming(win, spans, ch.Policy, used, caps)
	}
	return win, nil
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
