package main

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An AnnouncementConfig says how a channel's announcement is kept by caches, and signed.
type AnnouncementConfig struct {
	// MaxAge is how long shared caches may keep it if the channel is public, in whole seconds:
	// so late they know of a revocation. They never keep it longer than it is true by the plan.
	// Nil means 2s.
	MaxAge *time.Duration `yaml:"max_age"`
	// Signing names the set of tokens.signing whose keys sign it. Empty means that it is not
	// signed.
	Signing string `yaml:"signing"`
}

const (
	defaultMaxAge = 2 * time.Second
	longestMaxAge = 24 * time.Hour
)

func (a AnnouncementConfig) maxAge() time.Duration {
	if a.MaxAge == nil {
		return defaultMaxAge
	}
	return *a.MaxAge
}

// checkAnnouncements names what of the channels' announcements cannot be done.
func (c *Config) checkAnnouncements(ps *keyplan.Problems) {
	for i, cc := range c.Channels {
		key := fmt.Sprintf("channels[%d].announcement", i)
		if d := cc.Announcement.maxAge(); d < 0 || d > longestMaxAge || d%time.Second != 0 {
			ps.Add(key+".max_age", "whole seconds, from 0s to 24h")
		}
		set := cc.Announcement.Signing
		if set != "" && (c.Tokens == nil || !c.Tokens.Signs(set)) {
			ps.Add(key+".signing", "the name of a set in tokens.signing whose algorithm is RS256, ES256 or EdDSA")
		}
	}
}

// sign signs an announcement as its channel's section says.
func (a *app) sign(channel string, body []byte) (string, error) {
	name := a.roster.section(channel).Announcement.Signing
	if name == "" {
		return "", nil
	}
	set, _ := a.issuer.KeySet(name) // checkAnnouncements found it
	return set.Detached(body, a.now())
}
