package main

import (
	"encoding/json"
	"fmt"
)

type tokenCommand struct {
	remote  `embed:""`
	Channel string   `required:"" placeholder:"ID" help:"The channel."`
	Format  string   `placeholder:"NAME" help:"The token's format; otherwise the channel's."`
	Subject string   `placeholder:"NAME" help:"Who the token is for."`
	Tracks  []string `placeholder:"TRACK" help:"Only these track types."`
	Scheme  string   `placeholder:"SCHEME" help:"Only this protection scheme."`
	KIDs    []string `name:"kids" placeholder:"KID" help:"Exactly these KIDs."`
	JSON    bool     `name:"json" help:"Print the whole answer; otherwise the token alone."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c tokenCommand) Validate() error { return c.check() }

// Run prints the token, so that it can be used in a shell: $(keyrotor token …).
func (c tokenCommand) Run(term terminal) error {
	answer, err := c.post(c.Channel, "/token", "issuer", c.wishes())
	if err != nil {
		return err
	}
	if c.JSON {
		_, err = term.out.Write(answer)
		return err
	}
	var body struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(answer, &body); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	fmt.Fprintln(term.out, body.Token)
	return nil
}

// wishes has only what was asked for.
func (c tokenCommand) wishes() map[string]any {
	w := map[string]any{}
	if c.Format != "" {
		w["format"] = c.Format
	}
	if c.Subject != "" {
		w["subject"] = c.Subject
	}
	if c.Scheme != "" {
		w["scheme"] = c.Scheme
	}
	if len(c.Tracks) > 0 {
		w["tracks"] = c.Tracks
	}
	if len(c.KIDs) > 0 {
		w["kids"] = c.KIDs
	}
	return w
}
