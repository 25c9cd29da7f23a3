package ledger

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A follower holds what is known of one channel.
type follower struct {
	mu  sync.Mutex // held while a new view is made of the old one
	now atomic.Pointer[view]

	loaded atomic.Bool // all that the store held was merged once
}

// A view is one immutable state of a channel. changed is closed when one is there that has
// other entries, keys or events, or records that cannot be read; what packagers ask leaves it
// as it is.
type view struct {
	plan    *keyplan.Plan
	feed    []keyplan.Event
	changed chan struct{}
}

func newFollower() *follower {
	f := &follower{}
	f.now.Store(&view{plan: keyplan.NewPlan(), changed: make(chan struct{})})
	return f
}

func (f *follower) view() *view { return f.now.Load() }

// merge adds records. Those that are known already change nothing.
func (f *follower) merge(recs []keyplan.Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.view()
	var plan []keyplan.Record
	var events []keyplan.Event
	for _, r := range recs {
		if e, ok := event(r); ok {
			events = append(events, e)
		} else if !old.plan.Has(r.Name) {
			plan = append(plan, r)
		}
	}
	feed := join(old.feed, events)
	if len(plan) == 0 && len(feed) == len(old.feed) {
		return
	}
	f.publish(&view{plan: old.plan.With(plan...), feed: feed})
}

// remove takes names out. Those that are not there change nothing.
func (f *follower) remove(names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.view()
	gone := make(map[string]bool, len(names))
	for _, name := range names {
		gone[name] = true
	}
	feed := slices.DeleteFunc(slices.Clone(old.feed), func(e keyplan.Event) bool { return gone[e.Name()] })
	if len(feed) == len(old.feed) && !slices.ContainsFunc(names, old.plan.Has) {
		return
	}
	f.publish(&view{plan: old.plan.Without(names...), feed: feed})
}

func (f *follower) publish(v *view) {
	old := f.view()
	if v.sameAs(old) {
		v.changed = old.changed
		f.now.Store(v)
		return
	}
	v.changed = make(chan struct{})
	f.now.Store(v)
	close(old.changed)
}

// sameAs reports whether v tells nobody more than old does. A plan shares the entries of the
// one that it was made of, unless they have changed.
func (v *view) sameAs(old *view) bool {
	readable := (v.plan.Unknown() == nil) == (old.plan.Unknown() == nil)
	return readable && len(v.feed) == len(old.feed) && v.plan.StaticEntry() == old.plan.StaticEntry() &&
		slices.Equal(v.plan.Entries(), old.plan.Entries())
}

func event(r keyplan.Record) (keyplan.Event, bool) {
	if !strings.HasPrefix(r.Name, keyplan.FeedPrefix) {
		return keyplan.Event{}, false
	}
	fact, err := keyplan.Decode(r)
	e, ok := fact.(keyplan.Event)
	return e, err == nil && ok
}

// join gives a new feed, by sequence number, of each number once.
func join(feed, events []keyplan.Event) []keyplan.Event {
	joined := slices.Concat(feed, events)
	slices.SortStableFunc(joined, func(a, b keyplan.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return slices.CompactFunc(joined, func(a, b keyplan.Event) bool { return a.Seq == b.Seq })
}

func find(feed []keyplan.Event, id string) (keyplan.Event, bool) {
	i := slices.IndexFunc(feed, func(e keyplan.Event) bool { return e.ID == id })
	if i < 0 {
		return keyplan.Event{}, false
	}
	return feed[i], true
}

func next(feed []keyplan.Event) uint64 {
	if len(feed) == 0 {
		return 1
	}
	return feed[len(feed)-1].Seq + 1
}
