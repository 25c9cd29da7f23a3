package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
)

type webhooksCommand struct {
	List   webhooksListCommand   `cmd:"" help:"Print how far each webhook was told, and its dead letters."`
	Replay webhooksReplayCommand `cmd:"" help:"Have a webhook told again: its dead letters, or everything since a time or a place in the feed."`
}

type webhooksListCommand struct {
	remote `embed:""`
	JSON   bool `name:"json" help:"Print the server's answer."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c webhooksListCommand) Validate() error { return c.check() }

// Run prints how each webhook stands.
func (c webhooksListCommand) Run(term terminal) error {
	req, err := c.request(http.MethodGet, "/v1/webhooks", nil)
	if err != nil {
		return err
	}
	var all api.WebhooksView
	if printed, err := c.read(req, term, c.JSON, &all); printed || err != nil {
		return err
	}
	var text []byte
	for _, w := range all.Webhooks {
		text = appendWebhook(text, w)
	}
	_, err = term.out.Write(text)
	return err
}

func appendWebhook(text []byte, w api.WebhookView) []byte {
	text = fmt.Appendf(text, "%s (%s): %s\n", w.Name, w.Origin, w.State)
	if w.Failure != nil {
		text = fmt.Appendf(text, "  since %s: %s\n", stampOf(w.Failure.Since), w.Failure.Error)
	}
	if w.DeliveredAt != nil {
		text = fmt.Appendf(text, "  last delivery %s\n", stampOf(*w.DeliveredAt))
	}
	for _, p := range w.Channels {
		if p.OldestAt != nil {
			text = fmt.Appendf(text, "  channel %s: %d events wait, the oldest since %s\n", p.Channel, p.Waiting, stampOf(*p.OldestAt))
		}
	}
	if w.DeadLetterCount > 0 {
		text = fmt.Appendf(text, "  %d dead letters, of which the newest are:\n", w.DeadLetterCount)
	}
	for _, d := range w.DeadLetters {
		text = fmt.Appendf(text, "    %s channel %s, %s, period %s: %s\n", stampOf(d.GivenUp), d.Channel, d.Type, stampOf(d.Start), d.Error)
	}
	return text
}

type webhooksReplayCommand struct {
	remote  `embed:""`
	Target  string `required:"" placeholder:"NAME" help:"The webhook."`
	Channel string `placeholder:"ID" help:"Only events of this channel."`
	Since   since  `placeholder:"TIME|SEQ" help:"Everything since then, delivered or not: an RFC 3339 time or, with --channel, the sequence number of an event. The dead letters if it is left out."`
	JSON    bool   `name:"json" help:"Print the server's answer."`
}

// Validate is called by the parser, so that what it refuses is wrong usage.
func (c webhooksReplayCommand) Validate() error {
	if c.Since.after != nil && c.Channel == "" {
		return errors.New("--since: want --channel beside a sequence number, for each channel counts on its own")
	}
	return c.check()
}

// Run says what will be told again.
func (c webhooksReplayCommand) Run(term terminal) error {
	body := api.ReplayRequest{Channel: c.Channel, Since: c.Since.at, After: c.Since.after}
	req, err := c.request(http.MethodPost, "/v1/webhooks/"+url.PathEscape(c.Target)+"/replay", body)
	if err != nil {
		return err
	}
	var done api.ReplayView
	if printed, err := c.read(req, term, c.JSON, &done); printed || err != nil {
		return err
	}
	_, err = fmt.Fprintf(term.out, "webhook %s is told again of %d events and %d dead letters\n", done.Webhook, done.Events, done.DeadLetters)
	if err == nil && done.Forgotten > 0 {
		_, err = fmt.Fprintf(term.out, "  %d dead letters were too old and are forgotten\n", done.Forgotten)
	}
	return err
}

// A since is an instant, or a place in a feed.
type since struct {
	at    *time.Time
	after *uint64 // the sequence number before it
}

// UnmarshalText reads an RFC 3339 time or a sequence number.
func (s *since) UnmarshalText(text []byte) error {
	if seq, err := strconv.ParseUint(string(text), 10, 64); err == nil {
		s.after = new(max(seq, 1) - 1)
		return nil
	}
	at, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return errors.New("want an RFC 3339 time or a sequence number")
	}
	s.at = &at
	return nil
}
