package speke

import (
	"context"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An Indexed asks for entries by another protocol than SPEKE, of a channel that does not
// adopt packagers' KIDs.
type Indexed struct {
	ContentID string
	// Indexes are the packager's. None asks for the entry in force now.
	Indexes []uint32
	// Anchor is the index that is in force now if the content ID has no binding yet.
	Anchor uint32
	// Tracks and Scheme name the keys that the entries must have.
	Tracks []keyplan.Track
	Scheme keyplan.Scheme
}

// Entries gives the entry of each index, in order, or the one in force. It keeps what SPEKE
// keeps: an index once served keeps its entry, whoever asks. The error wraps ErrPeriod,
// ErrContentID or one of keyplan's about tracks if asking again would not help.
func (h *Handler) Entries(ctx context.Context, asked Indexed) ([]*keyplan.Entry, error) {
	ch, ok := h.content(asked.ContentID)
	if !ok {
		return nil, ErrContentID
	}
	ctx, cancel := patiently(ctx)
	defer cancel()
	if err := h.admitted(ctx, ch); err != nil {
		return nil, err
	}
	r := resolver{Handler: h, ch: ch, contentID: asked.ContentID, now: h.clock(), anchor: &asked.Anchor}
	entries, err := r.indexed(ctx, asked.Indexes)
	if err != nil {
		return nil, err
	}
	return r.withKeys(ctx, entries, asked)
}

// indexed finds the entry of each index, or the one in force.
func (r resolver) indexed(ctx context.Context, indexes []uint32) ([]*keyplan.Entry, error) {
	if len(indexes) == 0 {
		e, err := r.at(ctx, r.now)
		if err != nil {
			return nil, err
		}
		return r.issue(ctx, []*keyplan.Entry{e}), nil
	}
	spans := make([]span, len(indexes))
	for i, index := range indexes {
		spans[i] = counted(index)
	}
	return r.entries(ctx, spans)
}

// withKeys gives entries as they are once they have the keys that are asked for.
func (r resolver) withKeys(ctx context.Context, entries []*keyplan.Entry, asked Indexed) ([]*keyplan.Entry, error) {
	var asks []ask
	for _, e := range entries {
		for _, track := range asked.Tracks {
			asks = append(asks, ask{track: track, scheme: asked.Scheme, start: e.Start})
		}
	}
	grants, err := r.grant(ctx, asks)
	if err != nil {
		return nil, err
	}
	complete := slices.Clone(entries)
	for i, g := range grants {
		complete[i/len(asked.Tracks)] = g.entry
	}
	return complete, nil
}

// Observe keeps, once the answer to a packager has left, that it asked for entries of a
// content ID.
func (h *Handler) Observe(contentID, packager string, entries []*keyplan.Entry) {
	ch, _ := h.content(contentID)
	h.seen(ch, packager, h.clock(), slices.Compact(slices.Clone(entries)))
}
