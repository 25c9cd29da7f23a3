package api

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// A ReplayRequest says what a webhook is to be told again; nothing in it: its dead letters.
type ReplayRequest struct {
	// Channel is the only one. Empty means all.
	Channel string `json:"channel,omitempty"`
	// Since asks for every event that came into the feed at it or later.
	Since *time.Time `json:"since,omitempty"`
	// After asks for every event of Channel with a higher sequence number.
	After *uint64 `json:"after,omitempty"`
}

// A ReplayView is what will be told again.
type ReplayView struct {
	Webhook     string `json:"webhook"`
	Events      int    `json:"events"`
	DeadLetters int    `json:"deadLetters"`
	// Forgotten are dead letters that could not be told any more, and are now deleted.
	Forgotten int `json:"forgotten"`
}

// Replaying answers POST /v1/webhooks/{webhook}/replay.
func (a *API) Replaying() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		asked, err := a.readReplay(r)
		if err != nil {
			return nil, err
		}
		name := r.PathValue("webhook")
		done, err := a.Replay(r.Context(), webhook.Wish{
			Target: name, Since: asked.Since, After: asked.After,
			Has: func(channel string) bool {
				return a.May(r, channel) && (asked.Channel == "" || asked.Channel == channel)
			},
		})
		if err != nil {
			return nil, err
		}
		return ReplayView{name, done.Events, done.DeadLetters, done.Forgotten}, nil
	})
}

func (a *API) readReplay(r *http.Request) (ReplayRequest, error) {
	var asked ReplayRequest
	if err := readBody(r, &asked, "channel, since (an RFC 3339 time) and after (a sequence number)"); err != nil {
		return asked, err
	}
	if asked.After != nil && (asked.Channel == "" || asked.Since != nil) {
		return asked, NewProblem(http.StatusBadRequest, "after: want it with channel and without since, for each channel counts on its own")
	}
	if _, ok := a.Channel(asked.Channel); asked.Channel != "" && (!ok || !a.May(r, asked.Channel)) {
		return asked, errNoChannel
	}
	return asked, nil
}
