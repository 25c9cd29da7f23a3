package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A granted is the content key that an ask gets. The entry of a static key has no period.
type granted struct {
	ask
	entry *keyplan.Entry
	keyplan.ContentKey
}

// place says where the entries of a contract's periods, which are in order, start.
func (c *contract) place(entries []*keyplan.Entry) {
	starts := make([]time.Time, len(c.doc.Periods))
	for i, period := range c.periods {
		starts[period] = entries[i].Start
	}
	for i := range c.asks {
		if a := &c.asks[i]; a.period != noPeriod {
			a.start = starts[a.period]
		}
	}
}

// grant finds the key of each ask, after making those that the plan lacks: static keys, keys
// of tracks that it was planned without, and keys of KIDs that packagers brought.
func (r resolver) grant(ctx context.Context, asks []ask) ([]granted, error) {
	var grants []granted
	_, err := r.ledger.Settle(ctx, r.ch.ID, func(p *keyplan.Plan) ([]keyplan.Record, error) {
		var lacking []ask
		grants, lacking = r.granted(p, asks)
		return r.drafts(ctx, p, lacking)
	})
	if err != nil {
		return nil, err
	}
	return grants, nil
}

// granted gives the keys that a plan has for asks, and the asks for which it lacks one.
func (r resolver) granted(p *keyplan.Plan, asks []ask) (grants []granted, lacking []ask) {
	grants = make([]granted, 0, len(asks))
	for _, a := range asks {
		e, ok := entryOf(p, a)
		var k keyplan.ContentKey
		switch {
		case ok && r.ch.KID == keyplan.Adopt:
			k, ok = e.Adopted(a.kid, a.track, a.scheme)
		case ok:
			k, ok = e.Key(a.track, a.scheme)
		}
		if !ok {
			lacking = append(lacking, a)
			continue
		}
		grants = append(grants, granted{a, e, k})
	}
	return grants, lacking
}

func entryOf(p *keyplan.Plan, a ask) (*keyplan.Entry, bool) {
	if a.start.IsZero() {
		return p.StaticEntry(), true
	}
	return p.Starting(a.start)
}

// drafts makes the keys that a plan lacks for asks.
func (r resolver) drafts(ctx context.Context, p *keyplan.Plan, lacking []ask) ([]keyplan.Record, error) {
	if len(lacking) == 0 {
		return nil, nil
	}
	if err := p.Admits(r.ch.Channel, tracksOf(lacking)...); err != nil {
		return nil, refused(err)
	}
	var drafts []keyplan.Record
	for _, a := range lacking {
		recs, err := r.draft(ctx, p, a)
		if err != nil {
			return nil, refused(err)
		}
		drafts = append(drafts, recs...)
	}
	return drafts, nil
}

func tracksOf(asks []ask) []keyplan.Track {
	tracks := make([]keyplan.Track, len(asks))
	for i, a := range asks {
		tracks[i] = a.track
	}
	return tracks
}

func (r resolver) draft(ctx context.Context, p *keyplan.Plan, a ask) ([]keyplan.Record, error) {
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
