package main

import (
	"context"
	"log"
	"log/slog"
	"strings"
)

// A serverErrors logs what net/http says of connections.
type serverErrors struct{ log *slog.Logger }

func (e serverErrors) logger() *log.Logger { return log.New(e, "", 0) }

// Write takes one line. A connection that ends before its TLS handshake is how health
// checks of load balancers look, every few seconds.
func (e serverErrors) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	level := slog.LevelWarn
	if strings.HasPrefix(text, "http: TLS handshake error") && strings.HasSuffix(text, ": EOF") {
		level = slog.LevelDebug
	}
	e.log.Log(context.Background(), level, "http server", "err", text)
	return len(line), nil
}
