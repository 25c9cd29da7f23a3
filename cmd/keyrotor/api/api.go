package api

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/scheduler/command"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/tokens"
)

// A Config for an API. Every field is needed.
type Config struct {
	// Channels are all that there are, and Channel finds one of them by its ID.
	Channels func() []*keyplan.Channel
	Channel  func(id string) (Channel, bool)
	// Packaged finds by its ID a channel that there is, or that its first packager creates.
	Packaged func(id string) (*keyplan.Channel, bool)
	// Plan is a channel's plan (keyplan/ledger.Replica).
	Plan func(channel string) *keyplan.Plan
	// Edition and Follow are the feed's (scheduler/announce.Feed).
	Edition func(channel string) (announce.Edition, bool, error)
	Follow  func(ctx context.Context, channel string, after uint64) iter.Seq[announce.Message]
	// Streams bounds the event streams, and Remote says whose of them a request begins.
	Streams StreamsConfig
	Remote  func(r *http.Request) netip.Prefix
	// Followed is told how many more, or fewer, follow a channel, and Dropped that a client did
	// not accept an event in time.
	Followed func(channel string, by int)
	Dropped  func(channel string)
	// Issue makes tokens; nil if none are configured.
	Issue func(ctx context.Context, ch *keyplan.Channel, r tokens.Request) (tokens.Answer, error)
	// JWKS are the public keys that verify tokens; nil if no tokens are configured.
	JWKS func() tokens.JWKSet
	// Keys is CPIX by time range (speke.Handler).
	Keys func(ctx context.Context, asked speke.Range) ([]byte, error)
	// Rotate, Revoke and Rebind are operators' commands (scheduler/command.Executor).
	Rotate func(ctx context.Context, ch *keyplan.Channel, o command.Order, at time.Time) (command.Rotation, error)
	Revoke func(ctx context.Context, ch *keyplan.Channel, o command.Order, kid keyplan.KID, immediate bool) (command.Revocation, error)
	Rebind func(ctx context.Context, ch *keyplan.Channel, o command.Order, asked command.Rebinding) (keyplan.Binding, error)
	// Caller names who sent a request, for the audit trail.
	Caller func(r *http.Request) string
	// Packager names the packager that asks, or is "" if the caller is none: packagers get
	// plain keys, and anybody else keys that are encrypted to Recipients, which are
	// certificates in base64 of DER.
	Packager   func(r *http.Request) string
	Recipients []string
	// Webhooks are all targets, and Replay tells one again (scheduler/announce/webhook.Deliverer).
	Webhooks func(ctx context.Context) ([]webhook.Status, error)
	Replay   func(ctx context.Context, w webhook.Wish) (webhook.Replayed, error)
	// May reports whether the caller of a request may see a channel.
	May func(r *http.Request, channel string) bool
	// MayFollow reports whether the caller may see the feed of a channel that is not public.
	MayFollow func(r *http.Request, channel string) bool
	// Health says why the server should get no requests, or nil, and then what is wrong
	// that does not show yet, in lines.
	Health func() (degraded []string, err error)
	Now    func() time.Time
	Log    *slog.Logger
}

// A Channel is a channel as its viewers see it.
type Channel struct {
	*keyplan.Channel
	// Public lets anybody read announcement and events.
	Public bool
	// MaxAge is how long shared caches may keep the announcement of a public channel, and so
	// how late they know of a revocation.
	MaxAge time.Duration
}

// An API has the handlers.
type API struct {
	Config
	streams *streams
}

// New makes an API.
func New(c Config) *API { return &API{c, newStreams(c.Streams)} }

// A handler answers with a value that becomes JSON, or with an error.
type handler func(r *http.Request) (any, error)

// serve writes what a handler gives.
func (a *API) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := h(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(value) // the client is gone if this fails
	}
}

func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := outside(err)
	if p.Status >= http.StatusInternalServerError {
		a.Log.ErrorContext(r.Context(), "request failed", "status", p.Status, "err", err)
	}
	p.Write(w)
}

// channel is the one that a path names. An unknown one and one of somebody else's look the
// same.
func (a *API) channel(r *http.Request) (Channel, error) {
	ch, ok := a.Channel(r.PathValue("channel"))
	if !ok || !a.May(r, ch.ID) {
		return Channel{}, errNoChannel
	}
	return ch, nil
}

// feedChannel is channel for what a public channel shows to anybody.
func (a *API) feedChannel(r *http.Request) (Channel, error) {
	ch, ok := a.Channel(r.PathValue("channel"))
	if !ok || !ch.Public && !a.MayFollow(r, ch.ID) {
		return Channel{}, errNoChannel
	}
	return ch, nil
}

var errNoChannel = NewProblem(http.StatusNotFound, "no such channel")
