package keyplan

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// DirectoryChannel is the reserved channel whose records say which channels were created.
const DirectoryChannel = "~channels"

// A Created says that a packager's first request created a channel.
type Created struct {
	ID string `json:"id"`
	// Pattern is what the ID matched then. Today's configuration decides what it matches now.
	Pattern string    `json:"pattern"`
	At      time.Time `json:"at"`
}

// Record is channel/<hex ID>.
func (c Created) Record() Record { return encode("channel/"+hexName(c.ID), "channel", c) }

func (c Created) sound() bool { return whole(c.At) }

// ErrTooManyChannels says that a pattern has max_channels channels.
var ErrTooManyChannels = errors.New("too many channels")

// ErrNoPattern says that no pattern has a content ID.
var ErrNoPattern = errors.New("no pattern matches")

// A Directory knows which channels there are: those that are configured, and those that were
// created under patterns. It is an immutable value and a pure function of the configuration
// and of what was created.
type Directory struct {
	ids        map[string]bool     // of configured channels
	contentIDs map[string]*Channel // the same channels
	patterns   []*Pattern          // the most special first
	created    map[string]created  // by ID, of those that a pattern still matches
}

type created struct {
	Created
	pattern *Pattern
	channel *Channel
}

// NewDirectory makes a directory; plan is that of the DirectoryChannel.
func NewDirectory(configured []*Channel, patterns []*Pattern, plan *Plan) *Directory {
	d := &Directory{
		ids: map[string]bool{}, contentIDs: map[string]*Channel{},
		patterns: slices.SortedFunc(slices.Values(patterns), bySpecial), created: map[string]created{},
	}
	for _, ch := range configured {
		d.ids[ch.ID] = true
		for _, id := range ch.ContentIDs {
			d.contentIDs[id] = ch
		}
	}
	for _, fact := range plan.facts.all() {
		if c, ok := fact.(Created); ok {
			d.add(c)
		}
	}
	return d
}

// bySpecial orders patterns: the longest literal prefix first, then the longest pattern.
func bySpecial(a, b *Pattern) int {
	return cmp.Or(
		cmp.Compare(b.prefix(), a.prefix()),
		cmp.Compare(len(b.ID), len(a.ID)),
		cmp.Compare(a.ID, b.ID),
	)
}

func (d *Directory) add(c Created) {
	if p, ok := d.match(c.ID); ok {
		d.created[c.ID] = created{c, p, p.channel(c.ID)}
	}
}

// match finds the pattern that has a content ID. What is configured belongs to no pattern.
func (d *Directory) match(contentID string) (*Pattern, bool) {
	var ps Problems
	checkName(&ps, "", contentID)
	if len(ps) > 0 || d.ids[contentID] || d.contentIDs[contentID] != nil {
		return nil, false
	}
	i := slices.IndexFunc(d.patterns, func(p *Pattern) bool { return p.matches(contentID) })
	if i < 0 {
		return nil, false
	}
	return d.patterns[i], true
}

// Find gives the channel of a content ID, or nil if there can be none. If it is fresh, a
// pattern has it, and it is to be created before anything is planned for it.
func (d *Directory) Find(contentID string) (ch *Channel, fresh bool) {
	if ch := d.contentIDs[contentID]; ch != nil {
		return ch, false
	}
	if c, ok := d.created[contentID]; ok {
		return c.channel, false
	}
	if p, ok := d.match(contentID); ok {
		return p.channel(contentID), true
	}
	return nil, false
}

// Create drafts the record that creates the channel of a content ID, for the
// DirectoryChannel. Replicas that create channels at the same instant may exceed
// max_channels.
func (d *Directory) Create(contentID string, now time.Time) (Record, error) {
	p, ok := d.match(contentID)
	if !ok {
		return Record{}, fmt.Errorf("create channel %q: %w", clip(contentID), ErrNoPattern)
	}
	if n := d.count(p); n >= p.MaxChannels {
		return Record{}, fmt.Errorf("create channel %q: %w: %s has %d", clip(contentID), ErrTooManyChannels, p.ID, n)
	}
	return Created{ID: contentID, Pattern: p.ID, At: seconds(now)}.Record(), nil
}

func (d *Directory) count(p *Pattern) int {
	n := 0
	for _, c := range d.created {
		if c.pattern == p {
			n++
		}
	}
	return n
}

// Created are the channels that were created, by ID.
func (d *Directory) Created() []*Channel {
	var channels []*Channel
	for _, id := range slices.Sorted(maps.Keys(d.created)) {
		channels = append(channels, d.created[id].channel)
	}
	return channels
}

// Idle reports whether a channel was created, and nobody has asked for it since so long that
// it is no longer planned; plan is its own.
func (d *Directory) Idle(id string, plan *Plan, now time.Time) bool {
	c, ok := d.created[id]
	return ok && latest(c.At, plan.LastAsked()).Add(c.pattern.Idle).Before(now)
}

// Purge names the record of a channel that is idle and of which nothing is left, so that
// others can be created; plan is its own.
func (d *Directory) Purge(id string, plan *Plan, now time.Time) []string {
	if !d.Idle(id, plan, now) || len(plan.Entries()) > 0 || len(plan.StaticKeys()) > 0 {
		return nil
	}
	return []string{d.created[id].Record().Name}
}
