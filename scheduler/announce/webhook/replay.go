package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A replay is what a target is to be told once more: the record replay/<target>/<random>. It
// is deleted once it is part of the target's standing.
type replay struct {
	head
	At time.Time `json:"at"`
	// Told are the sequence numbers to which channels go back.
	Told map[string]uint64 `json:"told,omitempty"`
	// Again are those of dead letters, by channel.
	Again map[string][]uint64 `json:"again,omitempty"`
	// Forgotten are the names of dead letters that are deleted.
	Forgotten []string `json:"forgotten,omitempty"`
}

// What Replay and Status fail with.
var (
	// ErrNoTarget says that no webhook has a name.
	ErrNoTarget = errors.New("no such webhook")
	// ErrUnavailable says that the store could not be asked, so that a later try may succeed.
	ErrUnavailable = errors.New("the store of webhooks cannot be asked")
)

// A Wish says what is to be told once more.
type Wish struct {
	Target string
	// Has says of which channels. Nil means all that are the target's.
	Has func(channel string) bool
	// Since wishes for all events that came into the feed at it or later, After for those with
	// a higher sequence number. Both nil: the dead letters.
	Since *time.Time
	After *uint64
}

// A Replayed says what will be told once more.
type Replayed struct {
	Events      int
	DeadLetters int
	// Forgotten are dead letters that the feed no longer holds, and which are now deleted.
	Forgotten int
}

// Replay has a target told of events once more, from where it was told or from its dead
// letters; a target that answered 410 is asked again. What is replayed comes with the IDs that
// it had, and before what comes after it.
func (d *Deliverer) Replay(ctx context.Context, w Wish) (Replayed, error) {
	i := slices.IndexFunc(d.targets, func(t *Target) bool { return t.Name == w.Target })
	if i < 0 {
		return Replayed{}, fmt.Errorf("replay to %q: %w", w.Target, ErrNoTarget)
	}
	target := d.targets[i]
	if w.Has != nil && !slices.ContainsFunc(d.channelsOf(target), w.Has) {
		return Replayed{}, fmt.Errorf("replay to %q: %w: it is told of no such channel", w.Target, ErrNoTarget)
	}
	r := replay{head: headOf(kindReplay), At: d.now(), Told: map[string]uint64{}, Again: map[string][]uint64{}}
	done, err := d.fill(ctx, &r, target, w)
	if err == nil {
		name := prefix(kindReplay, target.Name) + rand.Text()
		_, err = records{d.store, kindReplay}.create(ctx, record(name, r))
	}
	if err == nil {
		err = records{d.store, kindDead}.remove(ctx, r.Forgotten...)
	}
	if err != nil {
		return Replayed{}, fmt.Errorf("replay to %s: %w: %w", target.Name, ErrUnavailable, err)
	}
	d.log.Info("webhook replayed", "webhook", target.Name, "events", done.Events, "dead_letters", done.DeadLetters, "forgotten", done.Forgotten)
	return done, nil
}

func (d *Deliverer) fill(ctx context.Context, r *replay, target *Target, w Wish) (Replayed, error) {
	if w.Since == nil && w.After == nil {
		return d.fillDead(ctx, r, target, w)
	}
	var done Replayed
	for _, channel := range d.channelsOf(target) {
		if w.Has != nil && !w.Has(channel) {
			continue
		}
		wished := slices.DeleteFunc(d.since(channel, 0), func(e keyplan.Event) bool {
			return !target.wants(e.Type) || w.Since != nil && e.At.Before(*w.Since) || w.After != nil && e.Seq <= *w.After
		})
		if len(wished) > 0 {
			r.Told[channel] = wished[0].Seq - 1
			done.Events += len(wished)
		}
	}
	return done, nil
}

// fillDead wishes for the dead letters, and to forget those that cannot be told any more.
func (d *Deliverer) fillDead(ctx context.Context, r *replay, target *Target, w Wish) (done Replayed, err error) {
	all, err := deadLetters{records{d.store, kindDead}, target.Name}.all(ctx)
	if err != nil {
		return Replayed{}, err
	}
	for _, letter := range all {
		switch _, held := d.event(letter.Channel, letter.Seq); {
		case w.Has != nil && !w.Has(letter.Channel):
		case !held:
			r.Forgotten = append(r.Forgotten, letter.name(target.Name))
		default:
			r.Again[letter.Channel] = append(r.Again[letter.Channel], letter.Seq)
			done.DeadLetters++
		}
	}
	done.Forgotten = len(r.Forgotten)
	return done, nil
}

// apply makes a replay part of a standing. Twice is as good as once until it is told.
func (s *Standing) apply(r replay) {
	for channel, told := range r.Told {
		if now, ok := s.Told[channel]; !ok || told < now {
			s.Told[channel] = told
		}
	}
	for channel, seqs := range r.Again {
		again := slices.Concat(s.Again[channel], seqs)
		slices.Sort(again)
		s.Again[channel] = slices.Compact(again)
	}
	s.Gone = ""
	if r.At.After(s.Renewed) {
		s.Renewed = r.At
	}
}

// replays makes what was asked for part of the standing, each once, and deletes it once that
// is kept: after a crash it is part of it again.
func (c *courier) replays(ctx context.Context) error {
	recs, err := c.asked.listed(ctx, c.target.Name)
	if err != nil || len(recs) == 0 {
		return err
	}
	var names []string
	for _, rec := range recs {
		names = append(names, rec.Name)
		if r, err := read[replay](kindReplay, rec); err == nil && !c.applied[rec.Name] {
			c.apply(r)
		}
		c.applied[rec.Name] = true
	}
	if kept, err := c.save(ctx); err != nil || !kept {
		return err
	}
	if err := c.asked.remove(ctx, names...); err != nil {
		return err
	}
	clear(c.applied)
	return nil
}

// apply has lanes begin with a replay at once.
func (c *courier) apply(r replay) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.standing.apply(r)
	c.dirty = true
	for _, name := range r.Forgotten {
		delete(c.letters, name)
	}
	close(c.woken)
	c.woken = make(chan struct{})
}

// channelsOf are those that a target is told of.
func (d *Deliverer) channelsOf(target *Target) []string {
	return slices.DeleteFunc(slices.Clone(d.channels()), func(id string) bool { return !target.Channels.Has(id) })
}

// event finds one in a channel's feed.
func (d *Deliverer) event(channel string, seq uint64) (keyplan.Event, bool) {
	if seq == 0 {
		return keyplan.Event{}, false
	}
	events := d.since(channel, seq-1)
	if len(events) == 0 || events[0].Seq != seq {
		return keyplan.Event{}, false
	}
	return events[0], true
}
