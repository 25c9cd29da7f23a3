package speke

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Ledger holds plans and decides what they become (keyplan/ledger.Replica does).
type Ledger interface {
	Plan(channel string) *keyplan.Plan
	Settle(ctx context.Context, channel string, draft keyplan.Draft) (*keyplan.Plan, error)
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
	// Decide is Create for what every replica must know soon.
	Decide(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
}

// A Caller is who sent a request, after its credentials were checked.
type Caller struct {
	// Packager names the encryptor in logs and observations.
	Packager string
	// May reports whether the caller may have the keys of a channel.
	May func(channel string) bool
}

// A Config for a Handler. Every field is needed but the last five.
type Config struct {
	// Channels are those that are configured.
	Channels []Channel
	Ledger   Ledger
	Planner  keyplan.Planner
	Sealer   keyplan.Sealer
	// Signaling builds the signaling of a key: the same bytes for whoever publishes them.
	// The entry of a static key has no period (keyplan.Plan.StaticEntry).
	Signaling func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool)
	// Supports reports whether a channel has a DRM system at all.
	Supports func(channel string, system signaling.System) bool
	// Caller identifies who sent a request.
	Caller func(*http.Request) Caller
	Now    func() time.Time
	// UserAgent stands in X-Speke-User-Agent, and in Speke-User-Agent of SPEKE 1.0.
	UserAgent string
	// Log is told of refusals and newly served periods. Nil means slog.Default.
	Log *slog.Logger
	// Answered counts an answer by its HTTP status; channel is "" if it is not known. Nil
	// means that nobody counts.
	Answered func(channel string, status int)
	// Rebound counts content IDs that were bound anew, which an operator wants to know. Nil
	// means that nobody counts.
	Rebound func(channel string)
	// Created finds a channel that packagers created under a pattern, or may create. Its ID is
	// its only content ID. Nil means that there are none but Channels.
	Created func(id string) (Channel, bool)
	// Admit creates such a channel, or reads what is known of one that was created, before
	// anything is planned. It does nothing if that is done, and fails with
	// keyplan.ErrTooManyChannels if there may be no more. It is needed with Created.
	Admit func(ctx context.Context, id string) error
}

// check names every field that is missing, as Run and ServeHTTP would only find out later.
func (c Config) check() keyplan.Problems {
	var ps keyplan.Problems
	const want = "a value: without it no request can be answered"
	ps.Need("ledger", c.Ledger != nil, want)
	ps.Need("planner.source", c.Planner.Source != nil, want)
	ps.Need("planner.sealer", c.Planner.Sealer != nil, want)
	ps.Need("sealer", c.Sealer != nil, want)
	ps.Need("signaling", c.Signaling != nil, want)
	ps.Need("supports", c.Supports != nil, want)
	ps.Need("caller", c.Caller != nil, want)
	ps.Need("now", c.Now != nil, want)
	ps.Need("admit", c.Created == nil || c.Admit != nil, "a value, beside created")
	for i, ch := range c.Channels {
		ps.Need(fmt.Sprintf("channels[%d]", i), ch.Channel != nil && ch.Policy != nil, "a channel with a policy")
	}
	return ps
}
