package speke

import (
	"context"
	"errors"

	"github.com/keyrotor/keyrotor/keyplan"
)

// content finds the channel of a content ID: one that is configured, or that packagers
// created or may create.
func (h *Handler) content(id string) (Channel, bool) {
	if ch, ok := h.channels[id]; ok {
		return ch, true
	}
	return h.created(id)
}

// channelOf finds a channel by its own ID.
func (h *Handler) channelOf(id string) (Channel, bool) {
	if ch, ok := h.byID[id]; ok {
		return ch, true
	}
	return h.created(id)
}

// admitted makes sure, patiently, that a channel which packagers create is created. It fails
// with ErrContentID if there may be no more of them.
func (h *Handler) admitted(ctx context.Context, ch Channel) error {
	if _, configured := h.byID[ch.ID]; configured {
		return nil
	}
	ctx, cancel := patiently(ctx)
	defer cancel()
	err := h.admit(ctx, ch.ID)
	if errors.Is(err, keyplan.ErrTooManyChannels) {
		h.log.WarnContext(ctx, "channel not created", "channel", ch.ID, "err", err)
		return errors.Join(ErrContentID, err)
	}
	return err
}
