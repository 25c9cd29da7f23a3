package speke

import (
	"context"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Entries gives the entry of each index of a content ID, in order, for packagers that ask by
// another protocol than SPEKE. It keeps what SPEKE keeps: an index once served keeps its
// entry, whoever asks. anchor is the index that is in force now if the content ID has no
// binding yet. The error wraps ErrPeriod if asking again would not help.
func (h *Handler) Entries(ctx context.Context, contentID string, indexes []uint32, anchor uint32) ([]*keyplan.Entry, error) {
	ch, ok := h.channels[contentID]
	if !ok {
		return nil, ErrContentID
	}
	spans := make([]span, len(indexes))
	for i, index := range indexes {
		spans[i] = counted(index)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return resolver{Handler: h, ch: ch, contentID: contentID, now: h.clock(), anchor: &anchor}.entries(ctx, spans)
}

// Current gives the entry of a content ID that is in force now.
func (h *Handler) Current(ctx context.Context, contentID string) (*keyplan.Entry, error) {
	ch, ok := h.channels[contentID]
	if !ok {
		return nil, ErrContentID
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	now := h.clock()
	return resolver{Handler: h, ch: ch, contentID: contentID, now: now}.at(ctx, now)
}

// Observe keeps, once the answer to a packager has left, that it asked for entries of a
// content ID.
func (h *Handler) Observe(contentID, packager string, entries []*keyplan.Entry) {
	h.seen(h.channels[contentID], packager, h.clock(), slices.Compact(slices.Clone(entries)))
}
