package keyplan

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxAdopted is how many uses of packagers' own KIDs an entry may have: those of two
// packagers with every track and scheme.
const MaxAdopted = 2 * MaxTracks * 4

// ErrTooManyKIDs says that an entry has MaxAdopted uses of adopted KIDs.
var ErrTooManyKIDs = errors.New("too many KIDs of packagers")

// ErrKIDTaken says that a KID names a content key of ours already.
var ErrKIDTaken = errors.New("the KID is that of another content key")

// Adopt drafts what is lacking for a packager's own KID to be used by a track under a scheme
// in an entry, which may be the static one. Whatever races, the KID gets one key.
func (pl Planner) Adopt(ctx context.Context, ch *Channel, p *Plan, e *Entry, kid KID, track Track, scheme Scheme) ([]Record, error) {
	if err := p.adopts(ch, kid, track); err != nil {
		return nil, fmt.Errorf("adopt %s: %w", kid, err)
	}
	use := AdoptedUse{Start: e.Start, KID: kid, Track: track, Scheme: scheme}.Record()
	if p.Has(use.Name) && p.Has(adoptedName(kid)) {
		return nil, nil
	}
	if p.countAdopted(e.Start) >= MaxAdopted {
		return nil, fmt.Errorf("adopt %s: %w", kid, ErrTooManyKIDs)
	}
	if known, ok := p.fact(adoptedName(kid)).(Adopted); ok {
		return []Record{known.Record(), use}, nil
	}
	adopted, err := pl.adopted(ctx, ch, kid, e.Start)
	if err != nil {
		return nil, fmt.Errorf("adopt %s: %w", kid, err)
	}
	return []Record{adopted.Record(), use}, nil
}

// countAdopted counts the uses of adopted KIDs in the entry that begins at start.
func (p *Plan) countAdopted(start time.Time) int {
	n := 0
	later, _ := p.later.get(start)
	for _, k := range later {
		if k.Adopted {
			n++
		}
	}
	return n
}

// adopted makes and seals the key of a KID.
func (pl Planner) adopted(ctx context.Context, ch *Channel, kid KID, start time.Time) (Adopted, error) {
	secret, err := pl.Source.Adopt(ctx, ch.ID, kid, start)
	if err != nil {
		return Adopted{}, err
	}
	a := Adopted{KID: kid, Start: start}
	if a.Sealed, err = pl.Sealer.Seal(ctx, KeyRef{Channel: ch.ID}, kid, secret); err != nil {
		return Adopted{}, err
	}
	a.Check, err = KeyCheck(kid, secret)
	return a, err
}

// adopts reports whether a KID may be adopted.
func (p *Plan) adopts(ch *Channel, kid KID, track Track) error {
	if _, k, ok := p.KID(kid); ok && !k.Adopted {
		return ErrKIDTaken
	}
	return p.Admits(ch, track)
}
