package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

type serveCommand struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
}

// Run serves until it gets SIGINT or SIGTERM, and then lets requests under way finish.
func (c serveCommand) Run(term terminal) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	tuneCollector()
	app, err := newApp(ctx, config, time.Now, newLogger(config.Log, term.err))
	if err != nil {
		return err
	}
	return app.run(ctx)
}

// tuneCollector lets garbage grow to four times what is in use, which is a few megabytes,
// before it is collected, which took a third of the CPU time of a SPEKE request. GOGC wins.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// newLogger makes the logger that the configuration asks for.
func newLogger(c LogConfig, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		panic(fmt.Sprintf("log level %q was not validated", c.Level))
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(requestLog{slog.NewJSONHandler(w, options)})
	}
	return slog.New(requestLog{slog.NewTextHandler(w, options)})
}
