package main

import (
	"errors"
	"fmt"

	"github.com/keyrotor/keyrotor/configs"
)

type checkCommand struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
}

// Run prints one line for each problem, or else for each warning.
func (c checkCommand) Run(term terminal) error {
	config, err := loadConfig(c.Config)
	if problems, ok := errors.AsType[configs.Errors](err); ok {
		fmt.Fprintln(term.out, problems)
		return fmt.Errorf("%s in %s", count(len(problems), "problem"), c.Config)
	}
	if err != nil {
		return err
	}
	for _, warning := range config.warnings() {
		fmt.Fprintf(term.out, "%s: warning: %s\n", c.Config, warning)
	}
	fmt.Fprintf(term.out, "%s: ok: %s\n", c.Config, count(len(config.Channels), "channel"))
	return nil
}

// count words a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
