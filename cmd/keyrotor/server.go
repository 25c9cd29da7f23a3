package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// An httpServer is the listening socket and what answers on it.
type httpServer struct {
	http     http.Server
	secure   bool // speaks TLS; http fills its TLSConfig in any case
	listener net.Listener
	log      *slog.Logger
	grace    time.Duration
}

// listen opens the socket, so that a port that is taken is refused at start. A nil secure
// means HTTP without TLS.
func listen(ctx context.Context, c ServerConfig, secure *tls.Config, handler http.Handler, log *slog.Logger) (*httpServer, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("server.listen: %w", err)
	}
	return &httpServer{
		http: http.Server{
			Handler:           handler,
			TLSConfig:         secure,
			ReadHeaderTimeout: c.ReadTimeout,
			ReadTimeout:       c.ReadTimeout,
			WriteTimeout:      c.WriteTimeout,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          serverErrors{log}.logger(),
		},
		secure: secure != nil, listener: listener, log: log, grace: c.ShutdownTimeout,
	}, nil
}

// run serves until ctx ends, and then lets the requests under way finish.
func (s *httpServer) run(ctx context.Context) error {
	s.log.Info("listening", "addr", s.listener.Addr().String(), "tls", s.secure)
	served := make(chan error, 1)
	go func() { served <- s.serve() }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.log.Info("stopping", "grace", s.grace)
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
	defer cancel()
	if err := s.http.Shutdown(bounded); err != nil {
		s.log.Warn("requests cut off", "err", err)
		_ = s.http.Close() // what is left is cut off
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// serve answers until the server is shut down; with TLS by HTTP/2 too.
func (s *httpServer) serve() error {
	if !s.secure {
		return s.http.Serve(s.listener)
	}
	return s.http.ServeTLS(s.listener, "", "") // the files are in TLSConfig
}
