package speke

import (
	"context"
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// binding is what ties the content ID's indexes to time: the newest record of it, unless
// the configuration says otherwise now; if there is none, one made from the first index.
//
// A configured binding needs no decision of the store, so it counts even while the store
// cannot be reached, and its record is made later.
func (r resolver) binding(ctx context.Context, first uint32) (keyplan.Binding, error) {
	for {
		known, _ := r.ledger.Plan(r.ch.ID).Binding(r.contentID)
		want := r.wanted(known, first)
		if want == known {
			return known, nil
		}
		if _, err := r.ledger.Create(ctx, r.ch.ID, want.Record()); err != nil {
			if _, configured := r.ch.Bindings[r.contentID]; !configured {
				return keyplan.Binding{}, err
			}
			r.recorder.later(r.ch.ID, want.Record())
			return want, nil
		}
		kept, _ := r.ledger.Plan(r.ch.ID).Binding(r.contentID)
		if kept.N < want.N {
			return keyplan.Binding{}, fmt.Errorf("binding %d of %q is not in the plan", want.N, r.contentID)
		}
		r.log.Info("content ID bound", "channel", r.ch.ID, "contentId", r.contentID,
			"binding", string(kept.Kind), "index", kept.Index, "at", kept.At)
	}
}

// wanted is known if it may stay, else the binding to take its place. known is zero if
// there is none yet.
func (r resolver) wanted(known keyplan.Binding, first uint32) keyplan.Binding {
	interval := r.ch.Policy.PackagerInterval
	want := known
	if c, configured := r.ch.Bindings[r.contentID]; configured {
		want = c.binding(r.contentID, interval)
	} else if known.N == 0 {
		want = keyplan.Bind(r.contentID, first, interval, r.now)
	}
	if want.N = known.N; want != known {
		want.N++
	}
	return want
}

// earliest is the first of indexes in the order of time. Around the roll-over that is not
// the least number.
func earliest(indexes []uint32) uint32 {
	return slices.MinFunc(indexes, func(a, b uint32) int { return int(int32(a - b)) })
}
