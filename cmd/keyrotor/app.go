package main

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler"
	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/scheduler/command"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/widevine"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

// An app is a server with everything in it. Each room gets functions of the others, and
// nothing of them besides.
type app struct {
	config *Config
	roster *roster
	now    func() time.Time
	log    *slog.Logger
	watch  *metrics

	store    ownStore
	planner  keyplan.Planner
	replica  *ledger.Replica
	schedule *scheduler.Scheduler
	feed     *announce.Feed
	speke    *speke.Handler
	widevine *widevine.Handler
	commands *command.Executor
	webhooks *webhook.Deliverer
	issuer   *tokens.Issuer   // nil: no tokens are configured
	licenses *license.Handler // nil: players get no keys here
	limits   limits
	throttle *access.Throttle
	// recipients are the certificates to which operators' content keys are encrypted.
	recipients []string
	server     *httpServer
	stopping   context.Context // ends when run's does, and with it every event stream
	stop       context.CancelFunc
}

// newApp opens the store and the socket. What it returns is to be run.
func newApp(ctx context.Context, c *Config, now func() time.Time, log *slog.Logger) (*app, error) {
	store, sealer, err := openStore(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	return newAppOver(ctx, c, store, sealer, now, log)
}

// newAppOver opens the socket of an app that owns the store. Several may share what is behind it.
func newAppOver(ctx context.Context, c *Config, store ownStore, sealer keyplan.Sealer, now func() time.Time, log *slog.Logger) (*app, error) {
	a := &app{config: c, now: now, log: log, store: store, watch: newMetrics(log, now)}
	a.stopping, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.limits = newLimits(c.Limits, a.watch)
	a.throttle = access.NewThrottle(c.Server.Throttle, log)
	c.logWarnings(log)
	keys, err := source.New(c.Keys)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a.planner = keyplan.Planner{Source: keys, Sealer: sealer}
	a.replica = ledger.NewReplica(ledger.Config{Store: store, Log: log})
	a.roster = newRoster(c, a.replica)
	for _, step := range []func(context.Context) error{a.load, a.readRecipients, a.wire, a.listen} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, store.Close())
		}
	}
	return a, nil
}

// load reads what was planned before.
func (a *app) load(ctx context.Context) error {
	a.watch.registry.MustRegister(newPlannedUntil(a.planEnds))
	return a.roster.load(ctx)
}

// wire makes the rooms.
func (a *app) wire(context.Context) error {
	signals := signaler(a.roster.signaling)
	var err error
	a.schedule, err = scheduler.New(scheduler.Config{
		Channels: a.roster.configured, Directory: a.roster.directory,
		Ledger: a.replica, Planner: a.planner, Now: a.now, Log: a.log,
		Observe: scheduler.Observer{Stepped: a.watch.stepped, Announced: a.watch.periodAnnounced},
	})
	if err != nil {
		return err
	}
	a.feed, err = announce.New(announce.Config{
		Channel: a.roster.channel, Plan: a.replica.Plan, Events: a.replica.Feed, Changed: a.replica.Changed,
		Signaling: signals.signaling, Sign: a.sign, Now: a.now,
	})
	if err != nil {
		return err
	}
	a.speke, err = speke.New(speke.Config{
		Channels: a.spekeChannels(), Ledger: a.replica, Planner: a.planner, Sealer: a.planner.Sealer,
		Signaling: signals.signaling, Supports: signals.supports, Caller: packager, Now: a.now,
		UserAgent: "keyrotor/" + buildVersion(), Log: a.log,
		Answered: a.watch.spekeAnswered, Rebound: a.watch.contentIDRebound,
		Created: a.roster.created, Admit: a.admit,
	})
	if err != nil {
		return err
	}
	if err := a.wireCommands(); err != nil {
		return err
	}
	if err := a.wireWebhooks(); err != nil {
		return err
	}
	a.wireWidevine(signals)
	return errors.Join(a.wireTokens(), a.wireLicenses())
}

// readRecipients reads the certificates of who may read operators' CPIX documents.
func (a *app) readRecipients(context.Context) (err error) {
	a.recipients, err = readRecipients(a.config.CPIXRecipients)
	return err
}

func (a *app) wireTokens() error {
	if a.config.Tokens == nil {
		return nil
	}
	issuer, err := tokens.New(tokens.Config{
		Section: *a.config.Tokens, Now: a.now, Plan: a.replica.Plan, Open: a.planner.Sealer.Open,
	})
	a.issuer = issuer
	return err
}

func (a *app) listen(ctx context.Context) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	secure, err := a.secure()
	if err != nil {
		return err
	}
	shared := a.api()
	all := routes(gate, shared, a.speke, http.HandlerFunc(a.speke.Heartbeat), a.widevine, a.watch.handler(), a.playerFaces(gate, shared))
	a.server, err = listen(ctx, a.config.Server, secure, newRouter(all, a.config.Server, a.watch), a.log)
	return err
}

func (a *app) api() *api.API {
	c := api.Config{
		Channels: a.roster.all, Channel: a.roster.forViewers, Packaged: a.roster.packaged,
		Plan: a.replica.Plan, Edition: a.feed.Edition, Follow: a.follow,
		Streams: a.config.Server.EventStreams, Remote: a.config.Server.proxies().Network,
		Followed: a.watch.channelFollowed, Dropped: a.watch.clientDropped,
		Keys: a.speke.Document, Rotate: a.commands.Rotate, Revoke: a.commands.Revoke, Rebind: a.commands.Rebound, Caller: callerName,
		Packager: packagerName, Recipients: a.recipients,
		Webhooks: a.webhooks.Status, Replay: a.webhooks.Replay,
		May: may, MayFollow: mayFollow,
		Health: a.health, Now: a.now, Log: a.log,
	}
	if a.issuer != nil {
		c.Issue, c.JWKS = a.issue, a.issuer.JWKS
	}
	return api.New(c)
}

// run serves until ctx ends: first no more requests, then no more planning, then the store.
func (a *app) run(ctx context.Context) error {
	defer context.AfterFunc(ctx, a.stop)()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var rooms sync.WaitGroup
	var failed [3]error
	rooms.Go(func() { failed[0] = a.schedule.Run(working) })
	rooms.Go(func() { failed[1] = a.speke.Run(working) })
	rooms.Go(func() { failed[2] = a.webhooks.Run(working) })
	err := a.server.run(ctx)
	stop()
	rooms.Wait()
	return errors.Join(err, errors.Join(failed[:]...), a.store.Close())
}

// follow is the feed's, but ends when the server stops.
func (a *app) follow(ctx context.Context, channel string, after uint64) iter.Seq[announce.Message] {
	return func(yield func(announce.Message) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(a.stopping, cancel)()
		a.feed.Follow(ctx, channel, after)(yield)
	}
}

func (a *app) issue(ctx context.Context, ch *keyplan.Channel, r tokens.Request) (tokens.Answer, error) {
	if err := a.limits.token(access.From(ctx), r.Subject, a.now()); err != nil {
		return tokens.Answer{}, err
	}
	r.Format = cmp.Or(r.Format, a.tokenFormat(ch.ID))
	answer, err := a.issuer.Issue(ctx, ch, r)
	if err == nil {
		a.watch.tokenIssued(ch.ID, answer)
	}
	return answer, err
}

func (a *app) spekeChannels() []speke.Channel {
	var channels []speke.Channel
	for _, ch := range a.roster.configured {
		channels = append(channels, speke.Channel{Channel: ch, Settings: a.roster.section(ch.ID).Settings})
	}
	return channels
}
