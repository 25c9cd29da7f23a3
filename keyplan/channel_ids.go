package keyplan

import (
	"fmt"
	"slices"
	"strings"
)

// ChannelIDs say which channels somebody may have. Nil means all of them.
type ChannelIDs []string

// everyChannel is the list entry that stands for all of them.
const everyChannel = "*"

// Has reports whether the channel with this ID is one of them.
func (ids ChannelIDs) Has(id string) bool {
	return ids == nil || slices.Contains(ids, everyChannel) || slices.Contains(ids, id)
}

// Check names what is wrong with the list, whichever channels there are. Keys begin with
// "channels".
func (ids ChannelIDs) Check(ps *Problems) {
	if ids != nil && len(ids) == 0 {
		ps.Add("channels", "at least one channel ID, or * for all")
	}
	if slices.Equal(ids, ChannelIDs{everyChannel}) {
		return
	}
	for i, id := range ids {
		if id == "" || strings.Contains(id, everyChannel) {
			ps.Add(fmt.Sprintf("channels[%d]", i), "a channel ID, or * alone for all")
		}
	}
}

// CheckKnown names, of a list without problems, each ID that none of the configured ones is.
func (ids ChannelIDs) CheckKnown(ps *Problems, configured []string) {
	for i, id := range ids {
		if id != everyChannel && !slices.Contains(configured, id) {
			ps.Add(fmt.Sprintf("channels[%d]", i), "the ID of one of the channels")
		}
	}
}
