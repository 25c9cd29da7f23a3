package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A granted is the content key that an ask gets. The entry of a static key has no period.
type granted struct {
	ask
	entry *keyplan.Entry
	keyplan.ContentKey
}

// A placed ask is one with the start of its entry, which is zero for a static key.
type placed struct {
	ask
	start time.Time
}

// place puts the contract's asks into the entries of its periods, which are in order.
func (c *contract) place(entries []*keyplan.Entry) []placed {
	of := make(map[*cpix.ContentKeyPeriod]time.Time, len(entries))
	for i, period := range c.periods {
		of[period] = entries[i].Start
	}
	asks := make([]placed, len(c.asks))
	for i, a := range c.asks {
		asks[i] = placed{a, of[a.period]}
	}
	return asks
}

// grant finds the key of each ask, after making those that the plan lacks: static keys, keys
// of tracks that it was planned without, and keys of KIDs that packagers brought.
func (r resolver) grant(ctx context.Context, asks []placed) ([]granted, error) {
	plan, err := r.ledger.Settle(ctx, r.ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		return r.lacking(ctx, p, asks)
	})
	if err != nil {
		return nil, err
	}
	grants := make([]granted, len(asks))
	for i, a := range asks {
		g, ok := r.granted(plan, a)
		if !ok {
			return nil, fmt.Errorf("no key for track %s and scheme %s is in the plan", a.track, a.scheme)
		}
		grants[i] = g
	}
	return grants, nil
}

// granted is the key that a plan has for an ask.
func (r resolver) granted(p *keyplan.Plan, a placed) (granted, bool) {
	e, ok := entryOf(p, a)
	if !ok {
		return granted{}, false
	}
	k, ok := e.Key(a.track, a.scheme)
	if r.ch.KID == keyplan.Adopt {
		k, ok = e.Adopted(a.kid, a.track, a.scheme)
	}
	return granted{a.ask, e, k}, ok
}

func entryOf(p *keyplan.Plan, a placed) (*keyplan.Entry, bool) {
	if a.period == nil {
		return p.StaticEntry(), true
	}
	return p.Starting(a.start)
}

// lacking drafts the keys that a plan lacks for asks.
func (r resolver) lacking(ctx context.Context, p *keyplan.Plan, asks []placed) ([]keyplan.Record, error) {
	var ungranted []placed
	for _, a := range asks {
		if _, ok := r.granted(p, a); !ok {
			ungranted = append(ungranted, a)
		}
	}
	if len(ungranted) == 0 {
		return nil, nil
	}
	if err := p.Admits(r.ch.Channel, tracksOf(ungranted)...); err != nil {
		return nil, refused(err)
	}
	var lacking []keyplan.Record
	for _, a := range ungranted {
		recs, err := r.draft(ctx, p, a)
		if err != nil {
			return nil, refused(err)
		}
		lacking = append(lacking, recs...)
	}
	return lacking, nil
}

func tracksOf(asks []placed) []keyplan.Track {
	tracks := make([]keyplan.Track, len(asks))
	for i, a := range asks {
		tracks[i] = a.track
	}
	return tracks
}

func (r resolver) draft(ctx context.Context, p *keyplan.Plan, a placed) ([]keyplan.Record, error) {
	e, ok := entryOf(p, a)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: it was purged meanwhile", ErrPeriod)
	case r.ch.KID == keyplan.Adopt:
		return r.planner.Adopt(ctx, r.ch.Channel, p, e, a.kid, a.track, a.scheme)
	case e.Static():
		return r.planner.Static(ctx, r.ch.Channel, p, a.track, a.scheme)
	}
	return r.planner.Add(ctx, r.ch.Channel, p, a.track, a.scheme, e)
}

// refused tells a packager that a channel can never have what it asks for.
func refused(err error) error {
	for _, never := range []error{keyplan.ErrTooManyTracks, keyplan.ErrTrackName, keyplan.ErrTooManyKIDs, keyplan.ErrKIDTaken} {
		if errors.Is(err, never) {
			return errors.Join(errUnsupported, err)
		}
	}
	return err
}
