package main

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

type rebindCommand struct {
	remote    `embed:""`
	Channel   string     `required:"" placeholder:"ID" help:"The channel."`
	ContentID string     `name:"content-id" placeholder:"ID" help:"The content ID; may be left out where the channel has one."`
	Index     uint32     `required:"" placeholder:"N" help:"The index of the packager's current period."`
	At        *time.Time `placeholder:"TIME" help:"An instant of the period with this index, by RFC 3339; now if it is left out."`
	JSON      bool       `name:"json" help:"Print the server's answer."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c rebindCommand) Validate() error { return c.check() }

// Run says how the content ID counts from now on.
func (c rebindCommand) Run(term terminal) error {
	req, err := c.command(c.Channel, "/rebind", "", api.RebindRequest{ContentID: c.ContentID, Index: &c.Index, At: c.At})
	if err != nil {
		return err
	}
	var b api.BindingView
	if printed, err := c.read(req, term, c.JSON, &b); printed || err != nil {
		return err
	}
	_, err = fmt.Fprintf(term.out, "index %d of %s begins at %s, the next one %v later\n",
		b.Index, b.ContentID, b.At.Format(time.RFC3339), time.Duration(b.IntervalSeconds)*time.Second)
	return err
}
