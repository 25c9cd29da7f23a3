package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// warnings are what is allowed and is hardly meant, as lines.
func (c *Config) warnings() []string {
	var lines []string
	add := func(section string, warnings []string) {
		for _, w := range warnings {
			lines = append(lines, section+"."+w)
		}
	}
	if c.Tokens != nil {
		add("tokens", c.Tokens.Warnings())
	}
	if c.License.ClearKey && !c.Server.loopback() {
		add("license", []string{"clearkey: players get plain keys, whatever the token wants of devices; it is for development"})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Policies)) {
		if policy, problems := keyplan.NewPolicy(c.Policies[name]); len(problems) == 0 {
			add("policies."+name, policy.Warnings())
		}
	}
	return lines
}

func (c *Config) logWarnings(log *slog.Logger) {
	for _, warning := range c.warnings() {
		log.Warn("configuration is allowed, and hardly meant", "warning", warning)
	}
}

// printWarnings leaves standard output to what programs read.
func (c *Config) printWarnings(term terminal) {
	for _, warning := range c.warnings() {
		fmt.Fprintln(term.err, "keyrotor: warning:", warning)
	}
}
