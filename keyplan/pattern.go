package keyplan

import (
	"strings"
	"time"
)

// A PatternConfig bounds the channels that packagers create under a pattern.
type PatternConfig struct {
	// MaxChannels is how many there may be. Nil means 100.
	MaxChannels *int `yaml:"max_channels"`
	// Idle is for how long after it was last asked for a channel is planned. Nil means 24h.
	Idle *time.Duration `yaml:"idle"`
}

// A Pattern is a channel whose ID has one *, which stands for at least one character. The
// first request of a packager for a content ID that it matches creates a channel of that ID,
// with the pattern's tracks, schemes and policy.
type Pattern struct {
	*Channel
	MaxChannels int
	Idle        time.Duration
}

// Bounds of a pattern.
const (
	defaultMaxChannels = 100
	mostChannels       = 10_000
	defaultIdle        = 24 * time.Hour
)

// NewPattern checks c completely; ch is what NewChannel made of the rest of the section.
func NewPattern(c PatternConfig, ch *Channel) (*Pattern, Problems) {
	p := &Pattern{Channel: ch, MaxChannels: or(c.MaxChannels, defaultMaxChannels), Idle: or(c.Idle, defaultIdle)}
	var ps Problems
	if strings.Count(ch.ID, "*") != 1 {
		ps.Add("id", "one * in a pattern, such as live-*")
	}
	if len(ch.ContentIDs) != 1 || ch.ContentIDs[0] != ch.ID {
		ps.Add("content_ids", "none: the ID of each channel of a pattern is its content ID")
	}
	if p.MaxChannels < 1 || p.MaxChannels > mostChannels {
		ps.Add("max_channels", "1 to %d", mostChannels)
	}
	if p.Idle < time.Minute || p.Idle > maxSpan {
		ps.Add("idle", "a duration from 1m to %v (ten years)", maxSpan)
	}
	return p, ps
}

// matches reports whether a content ID is one of the pattern's.
func (p *Pattern) matches(contentID string) bool { return matches(p.ID, contentID) }

func matches(pattern, id string) bool {
	before, after, wild := strings.Cut(pattern, "*")
	return wild && len(id) >= len(pattern) && strings.HasPrefix(id, before) && strings.HasSuffix(id, after)
}

// channel is the one of a content ID that the pattern matches.
func (p *Pattern) channel(contentID string) *Channel {
	ch := *p.Channel
	ch.ID, ch.ContentIDs = contentID, []string{contentID}
	return &ch
}

// prefix is how much of the pattern stands before the *, in bytes.
func (p *Pattern) prefix() int { return strings.Index(p.ID, "*") }
