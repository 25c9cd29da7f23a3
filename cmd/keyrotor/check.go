package main

import (
	"errors"
	"fmt"

	"github.com/keyrotor/keyrotor/configs"
)

type checkCommand struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
}

// Run prints one line for each problem.
func (c checkCommand) Run(term terminal) error {
	config, err := loadConfig(c.Config)
	if problems, ok := errors.AsType[configs.Errors](err); ok {
		fmt.Fprintln(term.out, problems)
		return fmt.Errorf("%d problems in %s", len(problems), c.Config)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(term.out, "%s: ok: %d channels, %d policies\n", c.Config, len(config.Channels), len(config.Policies))
	return nil
}
