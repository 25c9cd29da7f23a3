package keyplan

import (
	"fmt"
	"slices"
	"strings"
)

// ChannelIDs say which channels somebody may have: by ID, or by a pattern with one *, which
// stands for at least one character. Nil means all of them.
type ChannelIDs []string

// Has reports whether the channel with this ID is one of them.
func (ids ChannelIDs) Has(id string) bool {
	covers := func(listed string) bool { return listed == anything || listed == id || matches(listed, id) }
	return ids == nil || slices.ContainsFunc(ids, covers)
}

// Check names what is wrong with the list, whichever channels there are. Keys begin with
// "channels".
func (ids ChannelIDs) Check(ps *Problems) {
	if ids != nil && len(ids) == 0 {
		ps.Add("channels", "at least one channel ID, or * for all")
	}
	if slices.Equal(ids, ChannelIDs{anything}) {
		return
	}
	for i, id := range ids {
		if id == "" || id == anything || strings.Count(id, anything) > 1 {
			ps.Add(fmt.Sprintf("channels[%d]", i), "a channel ID, a pattern with one *, or * alone for all")
		}
	}
}

// CheckKnown names, of a list without problems, each ID and pattern that is not about any of
// the configured ones, which may be patterns too.
func (ids ChannelIDs) CheckKnown(ps *Problems, configured []string) {
	for i, id := range ids {
		about := func(c string) bool { return id == c || matches(c, id) || matches(id, c) }
		if id != anything && !slices.ContainsFunc(configured, about) {
			ps.Add(fmt.Sprintf("channels[%d]", i), "the ID of one of the channels")
		}
	}
}
