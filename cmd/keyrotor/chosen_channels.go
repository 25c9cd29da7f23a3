package main

import (
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// chosenChannels are the one that is asked for, which a pattern may stand for, or those that are
// configured.
func chosenChannels(config *Config, path, id string) ([]*keyplan.Channel, error) {
	configured, patterns := config.channels()
	directory := keyplan.NewDirectory(configured, patterns, keyplan.NewPlan())
	if found, ok := directory.Find(id); ok {
		return []*keyplan.Channel{found.Channel}, nil
	}
	channels := slices.DeleteFunc(configured, func(ch *keyplan.Channel) bool {
		return id != "" && id != ch.ID
	})
	switch {
	case len(channels) > 0:
		return channels, nil
	case id == "":
		return nil, fmt.Errorf("--channel: want the ID of one: %s has only patterns, %q", path, channelIDs(config))
	}
	return nil, fmt.Errorf("no channel %q in %s, which has %q", id, path, channelIDs(config))
}

func channelIDs(config *Config) []string {
	var ids []string
	for _, ch := range config.Channels {
		ids = append(ids, ch.ID)
	}
	return ids
}
