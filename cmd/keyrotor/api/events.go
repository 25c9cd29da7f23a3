package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"
)

// Events answers GET /v1/channels/{channel}/events with Server-Sent Events (WHATWG HTML,
// 9.2). A client that sends Last-Event-ID, or ?after= with the sequence of a document, gets
// what came since; any other what comes from now on.
func (a *API) Events() http.HandlerFunc {
	return a.share(func(w http.ResponseWriter, r *http.Request) {
		ch, err := a.feedChannel(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		after, err := a.position(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		if r.Method == http.MethodHead {
			describeStream(w.Header())
			return
		}
		leave, err := a.streams.enter(a.Remote(r))
		if err != nil {
			retryLater(w.Header())
			a.refuse(w, r, err)
			return
		}
		defer leave()
		a.Followed(ch.ID, 1)
		defer a.Followed(ch.ID, -1)
		a.stream(r.Context(), w, ch.ID, after)
	})
}

// stream tells a client of a channel until it is gone.
func (a *API) stream(ctx context.Context, w http.ResponseWriter, channel string, after uint64) {
	describeStream(w.Header())
	s := stream{http.NewResponseController(w), w, a.Now, a.Streams.Patience}
	err := s.send(s.open)
	for msg := range a.Follow(ctx, channel, after) {
		if err == nil {
			err = s.send(func() error { return s.write(msg) })
		}
		if err != nil {
			break
		}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		a.Dropped(channel)
	}
}

// describeStream writes the headers, with those that keep proxies from holding events back or
// compressing them.
func describeStream(h http.Header) {
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
}

// position is the sequence number up to which the client knows the feed.
func (a *API) position(r *http.Request) (uint64, error) {
	text := cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after"))
	if text == "" {
		_, edition, err := a.edition(r)
		return edition.Sequence, err
	}
	seq, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, NewProblem(http.StatusBadRequest, "Last-Event-ID or after: want the id of an event of this channel")
	}
	return seq, nil
}
