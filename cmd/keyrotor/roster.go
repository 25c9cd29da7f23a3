package main

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A roster is all channels of a server: those that are configured, and those that packagers
// create under patterns. It is safe for concurrent use.
type roster struct {
	configured []*keyplan.Channel // in the order of the configuration
	patterns   []*keyplan.Pattern
	sections   map[string]ChannelConfig // by the ID of a configured channel or pattern
	byID       map[string]*keyplan.Channel
	replica    *ledger.Replica

	creating chan struct{} // full while a channel is created, so that none exceeds max_channels
	latest   atomic.Pointer[listed]
}

// listed is the directory of one plan of the reserved channel.
type listed struct {
	plan      *keyplan.Plan
	directory *keyplan.Directory
}

func newRoster(c *Config, replica *ledger.Replica) *roster {
	r := &roster{
		sections: map[string]ChannelConfig{}, byID: map[string]*keyplan.Channel{}, replica: replica,
		creating: make(chan struct{}, 1),
	}
	r.configured, r.patterns = c.channels()
	for _, section := range c.Channels {
		r.sections[section.ID] = section
	}
	for _, ch := range r.configured {
		r.byID[ch.ID] = ch
	}
	return r
}

// load reads what was planned before, of every channel.
func (r *roster) load(ctx context.Context) error {
	if err := r.replica.Load(ctx, keyplan.DirectoryChannel); err != nil {
		return err
	}
	for _, ch := range r.all() {
		if err := r.replica.Load(ctx, ch.ID); err != nil {
			return err
		}
	}
	return nil
}

// directory tells which channels packagers have created, and may create.
func (r *roster) directory() *keyplan.Directory {
	plan := r.replica.Plan(keyplan.DirectoryChannel)
	if known := r.latest.Load(); known != nil && known.plan == plan {
		return known.directory
	}
	made := &listed{plan, keyplan.NewDirectory(r.configured, r.patterns, plan)}
	r.latest.Store(made)
	return made.directory
}

// all are the channels that there are: the configured ones, and then by ID those that were
// created.
func (r *roster) all() []*keyplan.Channel {
	all := slices.Clone(r.configured)
	for _, ch := range r.directory().Created() {
		all = append(all, ch.Channel)
	}
	return all
}

// channel finds one that there is by its ID.
func (r *roster) channel(id string) (*keyplan.Channel, bool) {
	if ch, ok := r.byID[id]; ok {
		return ch, true
	}
	ch, ok := r.directory().Find(id)
	return ch.Channel, ok && !ch.Fresh && r.replica.Loaded(id)
}

// packaged finds one that there is, or that its first packager creates, by its ID.
func (r *roster) packaged(id string) (*keyplan.Channel, bool) {
	if ch, ok := r.byID[id]; ok {
		return ch, true
	}
	ch, ok := r.directory().Find(id)
	return ch.Channel, ok
}

// section is what the configuration says of a channel.
func (r *roster) section(id string) ChannelConfig {
	if section, ok := r.sections[id]; ok && !section.IsPattern() {
		return section
	}
	if ch, ok := r.directory().Find(id); ok {
		return r.sections[ch.Pattern.ID]
	}
	return ChannelConfig{}
}

// signaling are the settings of a channel's DRM systems.
func (r *roster) signaling(id string) signaling.Settings { return r.section(id).Signaling }

// forViewers finds a channel as its viewers see it.
func (r *roster) forViewers(id string) (api.Channel, bool) {
	ch, ok := r.channel(id)
	if !ok {
		return api.Channel{}, false
	}
	section := r.section(id)
	return api.Channel{Channel: ch, Public: section.Public, MaxAge: section.Announcement.maxAge()}, true
}

// created finds a channel that packagers created, or may create, as they see it.
func (r *roster) created(id string) (speke.Channel, bool) {
	ch, ok := r.directory().Find(id)
	if !ok {
		return speke.Channel{}, false
	}
	settings := r.sections[ch.Pattern.ID].Settings
	return speke.Channel{Channel: ch.Channel, Settings: settings.Under(ch.Pattern.ID, id)}, true
}
