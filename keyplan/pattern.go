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

// anything, in the ID of a pattern, stands for at least one character.
const anything = "*"

// IsPattern reports whether c is for a Pattern.
func (c ChannelConfig) IsPattern() bool { return strings.Contains(c.ID, anything) }

// NewPattern checks c, which is one for a pattern, completely. policy is the one that c
// names, or nil if that one is itself in error.
func NewPattern(c ChannelConfig, policy *Policy) (*Pattern, Problems) {
	ch, ps := NewChannel(c, policy)
	p := &Pattern{Channel: ch, MaxChannels: or(c.MaxChannels, defaultMaxChannels), Idle: or(c.Idle, defaultIdle)}
	if strings.Count(c.ID, anything) != 1 {
		ps.Add("id", "one %s in a pattern, such as live-%[1]s", anything)
	}
	if len(c.ContentIDs) > 0 {
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

// checkNone refuses what only a pattern has.
func (c PatternConfig) checkNone(ps *Problems) {
	const want = "none: only a pattern has it, such as live-*"
	if c.MaxChannels != nil {
		ps.Add("max_channels", want)
	}
	if c.Idle != nil {
		ps.Add("idle", want)
	}
}

// matches reports whether id is one that a pattern stands for.
func matches(pattern, id string) bool {
	before, after, is := strings.Cut(pattern, anything)
	return is && len(id) >= len(pattern) && strings.HasPrefix(id, before) && strings.HasSuffix(id, after)
}

// channel is the one of a content ID that the pattern matches.
func (p *Pattern) channel(contentID string) *Channel {
	ch := *p.Channel
	ch.ID, ch.ContentIDs = contentID, []string{contentID}
	return &ch
}

// prefix is how much of the pattern stands before the *, in bytes.
func (p *Pattern) prefix() int { return strings.Index(p.ID, anything) }
