package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/keyplan"
)

// What the tests of this package see of it besides main.
type (
	App   = app
	Route = route
)

var (
	Main       = main
	Defaults   = defaults
	LoadConfig = loadConfig
	NewApp     = newApp
	NewAppOver = newAppOver
	NewLogger  = newLogger
	NewMetrics = newMetrics
)

// NewRoute makes a route that the server does not have, to be put beside its own.
func NewRoute(method, path string, h http.Handler) Route { return route{method, path, h} }

// Name is the method and the path.
func (r route) Name() string { return r.method + " " + r.path }

// AllRoutes are those of the server. Their handlers are not to be called.
func AllRoutes() []Route {
	return routes(access.Gate{}, api.New(api.Config{}), nil, nil, nil, nil, (*app)(nil).playerFaces(access.Gate{}, nil))
}

// NewRouter is the server's, over other routes.
func NewRouter(routes []Route, c ServerConfig, log *slog.Logger) http.Handler {
	return newRouter(routes, c, newMetrics(log, time.Now))
}

// NewWatchedRouter is the server's, over other routes, with metrics to look at.
func NewWatchedRouter(routes []Route, c ServerConfig, watch *metrics) http.Handler {
	return newRouter(routes, c, watch)
}

// Lasts is maxAge.
func (a AnnouncementConfig) Lasts() time.Duration { return a.maxAge() }

// Handler answers with the metrics.
func (m *metrics) Handler() http.Handler { return m.handler() }

// Run is run.
func (a *app) Run(ctx context.Context) error { return a.run(ctx) }

// Addr is host:port on which the app listens.
func (a *app) Addr() string { return a.server.listener.Addr().String() }

// Handler answers requests without a socket.
func (a *app) Handler() http.Handler { return a.server.http.Handler }

// LoseStore closes the store under the app, as a disk that goes away does.
func (a *app) LoseStore() error { return a.store.Close() }

// Plan is a channel's plan.
func (a *app) Plan(channel string) *keyplan.Plan { return a.replica.Plan(channel) }

// Warnings are what is allowed in the configuration and hardly meant.
func (c *Config) Warnings() []string { return c.warnings() }
