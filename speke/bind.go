package speke

import (
	"context"
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// binding is what ties the content ID's indexes to time: the newest record of it, unless
// the configuration says otherwise now; if there is none, one made from the first index.
func (r resolver) binding(indexes []uint32) keyplan.Binding {
	known, interval := r.known(), r.ch.Policy.PackagerInterval
	want := known
	if c, configured := r.ch.Bindings[r.contentID]; configured {
		want = c.binding(r.contentID, interval)
	} else if known.N == 0 {
		want = keyplan.Bind(r.contentID, earliest(indexes), interval, r.now)
	}
	if want.N = known.N; want != known {
		want.N++
	}
	return want
}

// known is the newest record of a binding, or the zero Binding, whose N is 0.
func (r resolver) known() keyplan.Binding {
	b, _ := r.ledger.Plan(r.ch.ID).Binding(r.contentID)
	return b
}

// keepBinding makes a record of b, unless it is known already. It is false if another one
// was kept before, which counts instead.
//
// A configured binding needs no decision of the store: it counts even while the store
// cannot be reached, and its record is made later.
func (r resolver) keepBinding(ctx context.Context, b keyplan.Binding) (bool, error) {
	if r.known() == b {
		return true, nil
	}
	if _, err := r.ledger.Create(ctx, r.ch.ID, b.Record()); err != nil {
		if _, configured := r.ch.Bindings[r.contentID]; !configured {
			return false, err
		}
		r.recorder.later(r.ch.ID, b.Record())
		return true, nil
	}
	if r.known().N < b.N {
		return false, fmt.Errorf("binding %d of %q is not in the plan", b.N, r.contentID)
	}
	r.log.Info("content ID bound", "channel", r.ch.ID, "contentId", r.contentID,
		"binding", string(r.known().Kind), "index", r.known().Index, "at", r.known().At)
	return r.known() == b, nil
}

// earliest is the first of indexes in the order of time. Around the roll-over that is not
// the least number.
func earliest(indexes []uint32) uint32 {
	return slices.MinFunc(indexes, func(a, b uint32) int { return int(int32(a - b)) })
}
