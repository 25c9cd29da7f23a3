package keyplan

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// Name is channel/<hex ID>.
func (c Created) Name() string { return "channel/" + hexName(c.ID) }

// Record stands under Name.
func (c Created) Record() Record { return encode(c.Name(), "channel", c) }

func (c Created) sound() bool { return whole(c.At) }

// ErrTooManyChannels says that a pattern has max_channels channels.
var ErrTooManyChannels = errors.New("too many channels")

// ErrNoPattern says that no pattern has a content ID.
var ErrNoPattern = errors.New("no pattern matches")

// A Directory knows which channels packagers have created under patterns, and which they may
// create. It is an immutable value and a pure function of the configuration and of what was
// created.
type Directory struct {
	taken    map[string]bool    // IDs and content IDs of configured channels
	patterns []*Pattern         // the most special first
	created  map[string]created // by ID, of those that a pattern still matches
}

type created struct {
	Created
	Listing
}

// A Listing is a channel that was created under a pattern, or may be.
type Listing struct {
	*Channel
	Pattern *Pattern
	// Fresh is true if it is still to be created (see Create), before anything is planned.
	Fresh bool
}

// NewDirectory makes a directory; plan is that of the DirectoryChannel.
func NewDirectory(configured []*Channel, patterns []*Pattern, plan *Plan) *Directory {
	d := &Directory{
		taken:    map[string]bool{},
		patterns: slices.SortedFunc(slices.Values(patterns), bySpecial), created: map[string]created{},
	}
	for _, ch := range configured {
		for _, id := range append([]string{ch.ID}, ch.ContentIDs...) {
			d.taken[id] = true
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
		d.created[c.ID] = created{c, Listing{Channel: p.channel(c.ID), Pattern: p}}
	}
}

// match finds the pattern that has an ID. What is configured belongs to no pattern, and what
// is a pattern itself is no ID.
func (d *Directory) match(id string) (*Pattern, bool) {
	var ps Problems
	checkName(&ps, "", id)
	if len(ps) > 0 || d.taken[id] || strings.Contains(id, anything) {
		return nil, false
	}
	i := slices.IndexFunc(d.patterns, func(p *Pattern) bool { return matches(p.ID, id) })
	if i < 0 {
		return nil, false
	}
	return d.patterns[i], true
}

// Find gives the channel that was created with an ID, which is its content ID too, or that
// may be.
func (d *Directory) Find(id string) (Listing, bool) {
	if c, ok := d.created[id]; ok {
		return c.Listing, true
	}
	p, ok := d.match(id)
	if !ok {
		return Listing{}, false
	}
	return Listing{Channel: p.channel(id), Pattern: p, Fresh: true}, true
}

// Create drafts the record that creates the channel of an ID, for the DirectoryChannel.
// Replicas that create channels at the same instant may exceed max_channels.
func (d *Directory) Create(id string, now time.Time) (Record, error) {
	p, ok := d.match(id)
	if !ok {
		return Record{}, fmt.Errorf("create channel %q: %w", clip(id), ErrNoPattern)
	}
	if n := d.count(p); n >= p.MaxChannels {
		return Record{}, fmt.Errorf("create channel %q: %w: %s has %d", clip(id), ErrTooManyChannels, p.ID, n)
	}
	return Created{ID: id, Pattern: p.ID, At: seconds(now)}.Record(), nil
}

func (d *Directory) count(p *Pattern) int {
	n := 0
	for _, c := range d.created {
		if c.Listing.Pattern == p {
			n++
		}
	}
	return n
}

// Created are the channels that were created, by ID.
func (d *Directory) Created() []Listing {
	all := make([]Listing, 0, len(d.created))
	for _, id := range slices.Sorted(maps.Keys(d.created)) {
		all = append(all, d.created[id].Listing)
	}
	return all
}

// Idle reports whether a channel was created, and nobody has asked for it since so long that
// it is no longer planned; plan is its own.
func (d *Directory) Idle(id string, plan *Plan, now time.Time) bool {
	c, ok := d.created[id]
	return ok && latest(c.At, plan.LastAsked()).Add(c.Listing.Pattern.Idle).Before(now)
}

// Forget names the record of a channel that is idle and of which nothing is left that is
// served, so that others can be created; plan is its own.
func (d *Directory) Forget(id string, plan *Plan, now time.Time) []string {
	if !d.Idle(id, plan, now) || len(plan.Entries()) > 0 || len(plan.StaticEntry().Keys) > 0 {
		return nil
	}
	return []string{d.created[id].Name()}
}
