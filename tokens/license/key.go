package license

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// A request is for keys of one channel.
type request struct {
	channel *keyplan.Channel
	grant   tokens.Grant
	now     time.Time
	// scheme is that of the keys. Empty means any.
	scheme keyplan.Scheme
}

// key gives a content key (16 bytes), or nil if q does not get it. It is the only place where
// keys are opened here. The bytes are not to be changed.
func (h *Handler) key(ctx context.Context, q request, kid keyplan.KID) ([]byte, error) {
	if !q.grant.Names(kid) {
		return nil, nil
	}
	plan := h.Plan(q.channel.ID)
	entry, k, ok := plan.KID(kid)
	if !ok || !q.admits(entry, kid) || plan.Withdrawn(kid, q.now) {
		return nil, nil
	}
	secret, err := h.Open(ctx, entry.Ref(q.channel.ID, k), kid, k.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open key %s of channel %s: %w", kid, q.channel.ID, err)
	}
	return secret.Reveal(), nil
}

// admits reports whether the key with a KID of an entry is still served, and for the scheme. An
// adopted KID may be used for several.
func (q request) admits(e *keyplan.Entry, kid keyplan.KID) bool {
	if !e.Static() && !q.channel.Policy.Servable(e.End, q.now) {
		return false
	}
	return q.scheme == "" || slices.ContainsFunc(e.Keys, func(k keyplan.ContentKey) bool {
		return k.KID == kid && k.Scheme == q.scheme
	})
}
