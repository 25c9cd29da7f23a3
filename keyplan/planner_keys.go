package keyplan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrTooManyTracks says that a channel of any tracks has MaxTracks of them.
var ErrTooManyTracks = errors.New("too many tracks")

// ErrTrackName says that a track type cannot be planned because of its name.
var ErrTrackName = errors.New("not the name of a track type")

// Add drafts the keys of a track and scheme that planned periods lack, from that of an entry
// on.
func (pl Planner) Add(ctx context.Context, ch *Channel, p *Plan, track Track, scheme Scheme, from *Entry) ([]Record, error) {
	if err := p.Admits(ch, track); err != nil {
		return nil, err
	}
	var recs []Record
	for _, e := range p.Between(from.Start, p.end) {
		if len(recs) == batch {
			break
		}
		lacking, err := pl.lacking(ctx, ch, e, track, scheme)
		if err != nil {
			return nil, err
		}
		recs = append(recs, lacking...)
	}
	return recs, nil
}

// Static drafts the static key of a track and scheme, unless the plan has it.
func (pl Planner) Static(ctx context.Context, ch *Channel, p *Plan, track Track, scheme Scheme) ([]Record, error) {
	if err := p.Admits(ch, track); err != nil {
		return nil, err
	}
	if _, ok := p.Static(track, scheme); ok {
		return nil, nil
	}
	k, err := pl.key(ctx, KeyRef{Channel: ch.ID, Start: staticStart, Track: track, Scheme: scheme})
	if err != nil {
		return nil, err
	}
	return []Record{Static{k}.Record()}, nil
}

// RenewStatic drafts the key that who asks from now on gets in the place of a static one,
// which may be of an older generation.
func (pl Planner) RenewStatic(ctx context.Context, ch *Channel, p *Plan, old ContentKey) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	if newest, _ := p.Static(old.Track, old.Scheme); newest.Generation > old.Generation {
		return nil, nil
	}
	k, err := pl.key(ctx, KeyRef{Channel: ch.ID, Start: staticStart, Track: old.Track, Scheme: old.Scheme, Generation: old.Generation + 1})
	if err != nil {
		return nil, err
	}
	return []Record{Static{k}.Record()}, nil
}

// complete drafts the keys that entries lack which have not ended at now, of tracks and
// schemes that periods to come are planned with.
func (pl Planner) complete(ctx context.Context, ch *Channel, p *Plan, now time.Time) ([]Record, error) {
	if err := p.Unknown(); err != nil {
		return nil, err
	}
	var recs []Record
	tracks := ch.planned(p)
	for _, e := range p.Between(now, p.end) {
		for track, scheme := range ch.pairs(tracks) {
			lacking, err := pl.lacking(ctx, ch, e, track, scheme)
			if err != nil {
				return nil, err
			}
			recs = append(recs, lacking...)
		}
		if len(recs) >= batch {
			break
		}
	}
	return recs, nil
}

// lacking drafts the key of a track and scheme in one entry, unless it is there.
func (pl Planner) lacking(ctx context.Context, ch *Channel, e *Entry, track Track, scheme Scheme) ([]Record, error) {
	if _, ok := e.Key(track, scheme); ok {
		return nil, nil
	}
	k, err := pl.key(ctx, KeyRef{Channel: ch.ID, Start: e.Start, Track: track, Scheme: scheme})
	if err != nil {
		return nil, err
	}
	return []Record{AddedKey{Start: e.Start, ContentKey: k}.Record()}, nil
}

// entry draws and seals the keys of one period.
func (pl Planner) entry(ctx context.Context, ch *Channel, p *Plan, period Period) (Entry, error) {
	e := Entry{Period: period, Policy: ch.Policy.Hash()}
	for track, scheme := range ch.pairs(ch.planned(p)) {
		k, err := pl.key(ctx, KeyRef{Channel: ch.ID, Start: period.Start, Track: track, Scheme: scheme})
		if err != nil {
			return Entry{}, err
		}
		e.Keys = append(e.Keys, k)
	}
	return e, nil
}

// key draws and seals one key.
func (pl Planner) key(ctx context.Context, at KeyRef) (ContentKey, error) {
	kid, secret, err := pl.Source.Draw(ctx, at)
	if err != nil {
		return ContentKey{}, fmt.Errorf("draw %s: %w", at, err)
	}
	sealed, err := pl.Sealer.Seal(ctx, at, kid, secret)
	if err != nil {
		return ContentKey{}, fmt.Errorf("%s: %w", at, err)
	}
	k := ContentKey{
		Track: at.Track, Scheme: at.Scheme, Generation: at.Generation,
		KID: kid, IV: ExplicitIV(kid, at.Scheme), Sealed: sealed,
	}
	if at.Scheme == CENC {
		k.Check, err = KeyCheck(kid, secret)
	}
	return k, err
}

// Admits reports whether keys may be drafted for tracks: of a channel of any tracks, those
// that have some already and as many others as make MaxTracks. The error wraps
// ErrTooManyTracks or ErrTrackName. Replicas that add tracks at the same instant may exceed
// the number.
func (p *Plan) Admits(ch *Channel, tracks ...Track) error {
	if err := p.Unknown(); err != nil || !ch.Any {
		return err
	}
	has := p.Tracks()
	for _, k := range p.static.Keys {
		has = append(has, k.Track)
	}
	for _, track := range tracks {
		var ps Problems
		if checkName(&ps, "track", string(track)); len(ps) > 0 {
			return fmt.Errorf("%w: %w", ErrTrackName, ps)
		}
		if !slices.Contains(has, track) {
			has = append(has, track)
			if n := countDistinct(has); n > MaxTracks {
				return fmt.Errorf("channel %s would have %d tracks: %w", ch.ID, n, ErrTooManyTracks)
			}
		}
	}
	return nil
}

func countDistinct(tracks []Track) int {
	return len(slices.Compact(slices.Sorted(slices.Values(tracks))))
}
