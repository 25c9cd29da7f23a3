package main

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

type rotateCommand struct {
	remote  `embed:""`
	Channel string     `arg:"" placeholder:"ID" help:"The channel."`
	At      *time.Time `placeholder:"TIME" help:"When, by RFC 3339 in whole seconds; as early as possible if it is left out."`
	Reason  string     `required:"" placeholder:"TEXT" help:"Why, for whoever asks later."`
	Key     string     `name:"idempotency-key" placeholder:"KEY" help:"Names the command: who repeats it gets what it decided."`
	JSON    bool       `name:"json" help:"Print the server's answer."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c rotateCommand) Validate() error { return c.check() }

// Run says when the new keys are on air.
func (c rotateCommand) Run(term terminal) error {
	req, err := c.command(c.Channel, "/rotate", c.Key, api.RotateRequest{At: c.At, Reason: c.Reason})
	if err != nil {
		return err
	}
	var r api.RotationView
	if printed, err := c.read(req, term, c.JSON, &r); printed || err != nil {
		return err
	}
	_, err = term.out.Write(appendRotation(nil, r))
	return err
}

// appendRotation tells of the new period and who changes to it when.
func appendRotation(text []byte, r api.RotationView) []byte {
	text = fmt.Appendf(text, "channel %s has new keys from %s to %s\n", r.Channel, stampOf(r.At), stampOf(r.Period.End))
	for _, k := range r.Period.Keys {
		text = fmt.Appendf(text, "  KID %s for track %s, scheme %s\n", k.KID, k.Track, k.Scheme)
	}
	for _, s := range r.ContentIDs {
		airs := "unknown, nobody has asked yet"
		if s.AirsAt != nil {
			airs = "on air from " + stampOf(*s.AirsAt)
		}
		text = fmt.Appendf(text, "  content ID %s: %s\n", s.ContentID, airs)
	}
	return appendSightings(text, r.Packagers)
}

func appendSightings(text []byte, seen []api.SightingView) []byte {
	for _, s := range seen {
		text = fmt.Appendf(text, "  packager %q asked last at %s\n", s.Packager, stampOf(s.LastSeen))
	}
	return text
}

func stampOf(t time.Time) string { return t.Format(time.RFC3339) }
