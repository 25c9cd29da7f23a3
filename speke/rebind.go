package speke

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// ErrContentID says that a content ID is not one of the channel's.
var ErrContentID = errors.New("no such content ID")

// ErrConfigured says that a content ID is bound by the configuration, which would win over
// what is asked for.
var ErrConfigured = errors.New("the content ID is bound by the configuration")

// Rebind binds a content ID anew, as of an instant: index is that of the packager's period
// which contains at, and those after it count on from there. Indexes that were served before
// keep their entries. Asking again for the binding that there is changes nothing.
func (h *Handler) Rebind(ctx context.Context, contentID string, index uint32, at time.Time) (keyplan.Binding, error) {
	ch, ok := h.content(contentID)
	if !ok {
		return keyplan.Binding{}, fmt.Errorf("%w: %q", ErrContentID, contentID)
	}
	if _, configured := ch.Bindings[contentID]; configured {
		return keyplan.Binding{}, fmt.Errorf("%w: %q", ErrConfigured, contentID)
	}
	r := resolver{Handler: h, ch: ch, contentID: contentID, now: at.UTC()}
	for {
		known := r.known()
		known.ContentID, known.Interval = contentID, ch.Policy.PackagerInterval
		next := keyplan.Rebind(known, index, r.now)
		if b := r.known(); b == withN(next, b.N) {
			_, err := h.ledger.Decide(ctx, ch.ID, b.Record()) // who made it may not have come to that
			return b, err
		}
		if kept, err := r.keepBinding(ctx, next); kept || err != nil {
			return r.known(), err
		}
	}
}

func withN(b keyplan.Binding, n int) keyplan.Binding {
	b.N = n
	return b
}
