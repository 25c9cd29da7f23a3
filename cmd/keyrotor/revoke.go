package main

import (
	"fmt"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
)

type revokeCommand struct {
	remote    `embed:""`
	Channel   string      `arg:"" placeholder:"ID" help:"The channel."`
	KID       keyplan.KID `arg:"" name:"kid" help:"The KID that is to be withdrawn."`
	Immediate bool        `help:"Withdraw it now, whoever airs its key still."`
	Reason    string      `required:"" placeholder:"TEXT" help:"Why, for whoever asks later."`
	Key       string      `name:"idempotency-key" placeholder:"KEY" help:"Names the command: who repeats it gets what it decided."`
	JSON      bool        `name:"json" help:"Print the server's answer."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c revokeCommand) Validate() error { return c.check() }

// Run says from when on the KID is withdrawn, and who airs its key still.
func (c revokeCommand) Run(term terminal) error {
	body := api.RevokeRequest{KID: c.KID, Immediate: c.Immediate, Reason: c.Reason}
	req, err := c.command(c.Channel, "/revoke", c.Key, body)
	if err != nil {
		return err
	}
	var r api.RevocationView
	if printed, err := c.read(req, term, c.JSON, &r); printed || err != nil {
		return err
	}
	_, err = term.out.Write(appendRevocation(nil, r))
	return err
}

func appendRevocation(text []byte, r api.RevocationView) []byte {
	text = fmt.Appendf(text, "KID %s is withdrawn from %s on\n", r.KID, stampOf(r.WithdrawnFrom))
	if r.Renewed != nil {
		text = fmt.Appendf(text, "  KID %s takes its place\n", r.Renewed.KID)
	}
	for _, on := range r.Airing {
		dark := ""
		if on.Until.After(r.WithdrawnFrom) {
			dark = ", and its viewers get no licence until then"
		}
		text = fmt.Appendf(text, "  content ID %s airs it until %s%s\n", on.ContentID, stampOf(on.Until), dark)
	}
	if r.Rotation != nil {
		return appendRotation(text, *r.Rotation)
	}
	return appendSightings(text, r.Packagers)
}
