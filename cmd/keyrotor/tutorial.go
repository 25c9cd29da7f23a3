package main

import (
	"net/http"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
)

// A TutorialConfig switches POST /token on, which the player of the AWS and Axinom live tutorial
// calls without naming a channel or showing a credential.
type TutorialConfig struct {
	// Channel is the ID of the one whose tokens it gets.
	Channel string `yaml:"channel"`
	// Origins are those of pages that may call it, or * alone for all. Nil means none.
	Origins access.Origins `yaml:"origins"`
	// Public lets anybody call it, and not this machine alone.
	Public bool `yaml:"public"`
}

// checkTutorial checks it against the rest of the configuration.
func (c *Config) checkTutorial(ps *keyplan.Problems) {
	t := c.TutorialToken
	if t == nil {
		return
	}
	var sub keyplan.Problems
	if !c.hasChannel(t.Channel) {
		sub.Add("channel", "the ID of one of the channels")
	}
	t.Origins.Check(&sub)
	ps.Under("tutorial_token", sub)
	if c.Tokens == nil || len(c.Tokens.Formats()) == 0 {
		ps.Add("tutorial_token", "a tokens section with a format beside it")
	}
}

// hasChannel reports whether a channel that is no pattern has the ID.
func (c *Config) hasChannel(id string) bool {
	for _, cc := range c.Channels {
		if cc.ID == id && !cc.IsPattern() {
			return true
		}
	}
	return false
}

func (t TutorialConfig) handler(gate access.Gate, a *api.API) http.Handler {
	issue := a.IssueTutorialToken(t.Channel)
	if t.Public {
		return issue
	}
	gate.Deny = denyProblem
	return gate.Local(issue)
}
