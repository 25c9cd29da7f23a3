package main

import (
	"context"
	"log/slog"
	"net/http"
)

// A requestLog adds, to what is logged with the context of a request, which one that is:
// method, path and request, the X-Request-Id of its answer.
type requestLog struct{ slog.Handler }

type requestKey struct{}

// longestText bounds in bytes what a log repeats of a request's line and headers, which
// clients choose.
const longestText = 256

// withRequest gives a context that tells a requestLog of r.
func withRequest(ctx context.Context, r *http.Request, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, []slog.Attr{
		slog.String("method", clip(r.Method)),
		slog.String("path", clip(r.URL.Path)),
		slog.String("request", clip(id)),
	})
}

func clip(text string) string { return text[:min(len(text), longestText)] }

// Handle is slog.Handler's.
func (l requestLog) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(requestKey{}).([]slog.Attr); ok {
		r = r.Clone()
		r.AddAttrs(attrs...)
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (l requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{l.Handler.WithAttrs(attrs)}
}

// WithGroup is slog.Handler's.
func (l requestLog) WithGroup(name string) slog.Handler {
	return requestLog{l.Handler.WithGroup(name)}
}
