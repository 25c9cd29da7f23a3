package speke

import (
	"context"
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// binding is what ties the content ID's indexes to time: what the configuration says, or the
// newest record, or one made for the anchor if there is none, none that still counts, or
// none of today's packager_interval. It is not needed where every index was served before.
func (r resolver) binding(spans []span) (b keyplan.Binding, needed bool) {
	if !slices.ContainsFunc(spans, r.unservedIndex) {
		return keyplan.Binding{}, false
	}
	known, interval := r.known(), r.ch.Policy.PackagerInterval
	want := known
	if c, configured := r.ch.Bindings[r.contentID]; configured {
		want = c.binding(r.contentID, interval)
	} else if known.N == 0 || known.Interval != interval {
		want = keyplan.Bind(r.contentID, *r.anchor, interval, r.now)
	} else if r.outrun(known) {
		return keyplan.Rebind(known, *r.anchor, r.now), true
	}
	if want.N = known.N; want != known {
		want.N++
	}
	return want, true
}

// unservedIndex reports whether s is an index that has no entry yet.
func (r resolver) unservedIndex(s span) bool {
	_, isIndex := s.(counted)
	_, served := s.served(r.plan(), r.contentID)
	return isIndex && !served
}

// bindReach is how far an index may be from the one that a binding has in force to be taken
// for one that it counts, after a break: packagers ask one or two periods ahead.
const bindReach = 2

// outrun reports whether a binding no longer counts: the last span that was served under it
// ended two packager intervals ago, and the index to be in force is another than it says. So
// a channel that comes back goes on where it counted on, and is bound anew where it begins
// again at 0.
func (r resolver) outrun(known keyplan.Binding) bool {
	last, ok := r.plan().LastServed(r.contentID)
	if !ok {
		last = known.At
	}
	if r.now.Before(last.Add(2 * known.Interval)) {
		return false
	}
	off := int32(*r.anchor - known.IndexAt(r.now))
	return off < -bindReach || off > bindReach
}

// known is the newest record of a binding, or the zero Binding, whose N is 0.
func (r resolver) known() keyplan.Binding {
	b, _ := r.plan().Binding(r.contentID)
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
	if _, err := r.ledger.Decide(ctx, r.ch.ID, b.Record()); err != nil {
		if _, configured := r.ch.Bindings[r.contentID]; !configured {
			return false, err
		}
		r.recorder.later(r.ch.ID, b.Record())
		return true, nil
	}
	kept := r.known()
	if kept.N < b.N {
		return false, fmt.Errorf("binding %d of %q is not in the plan", b.N, r.contentID)
	}
	r.told(kept)
	return kept == b, nil
}

// told logs a binding that was kept, and alerts if it is not the first of its content ID: the
// packager began to count anew, or the operator changed how it counts.
func (r resolver) told(b keyplan.Binding) {
	attrs := []any{"channel", r.ch.ID, "contentId", r.contentID, "binding", string(b.Kind), "index", b.Index, "at", b.At}
	if b.N == 1 {
		r.log.Info("content ID bound", attrs...)
		return
	}
	r.log.Warn("content ID bound anew", attrs...)
	r.rebound(r.ch.ID)
}

// earliest is the first index among spans that was not served before, in the order of time:
// around the roll-over that is not the least number. Without any it is 0.
func (r resolver) earliest(spans []span) uint32 {
	var fresh []counted
	for _, s := range spans {
		if r.unservedIndex(s) {
			fresh = append(fresh, s.(counted))
		}
	}
	if len(fresh) == 0 {
		return 0
	}
	return uint32(slices.MinFunc(fresh, func(a, b counted) int { return int(int32(a - b)) }))
}
