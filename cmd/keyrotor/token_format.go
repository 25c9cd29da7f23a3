package main

import (
	"fmt"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// checkTokenFormats names the channels whose format is not configured.
func (c *Config) checkTokenFormats(ps *keyplan.Problems) {
	var formats []string
	if c.Tokens != nil {
		formats = c.Tokens.Formats()
	}
	for i, cc := range c.Channels {
		if cc.TokenFormat != "" && !slices.Contains(formats, cc.TokenFormat) {
			ps.Add(fmt.Sprintf("channels[%d].token_format", i), "a format that the tokens section has: %q", formats)
		}
	}
}

// tokenFormat is what a channel's section says, or nothing.
func (a *app) tokenFormat(channel string) string { return a.roster.section(channel).TokenFormat }
