package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
)

// A WebhooksView is how all webhooks stand.
type WebhooksView struct {
	Webhooks []WebhookView `json:"webhooks"`
}

// A WebhookView is how a webhook stands: at most some seconds ago, whichever replica answers
// and whichever delivers. Channels that the caller may not see are left out.
type WebhookView struct {
	Name string `json:"name"`
	// Origin is scheme, host and port of the URL.
	Origin string          `json:"origin"`
	Events []announce.Type `json:"events"`
	State  WebhookState    `json:"state"`
	// DeliveredAt is when something was last delivered; null: not yet.
	DeliveredAt *time.Time `json:"deliveredAt"`
	// Failure is null while nothing fails.
	Failure  *FailureView `json:"failure"`
	Channels []PlaceView  `json:"channels"`
	// DeadLetterCount is how many there are, DeadLetters the newest of them, oldest first.
	DeadLetterCount int              `json:"deadLetterCount"`
	DeadLetters     []DeadLetterView `json:"deadLetters"`
}

// A WebhookState sums up how a webhook stands.
type WebhookState string

// The states.
const (
	Delivering WebhookState = "delivering"
	Failing    WebhookState = "failing"
	// Gone is a webhook that answered 410 and is not asked.
	Gone WebhookState = "gone"
)

// A FailureView is why a webhook is not told what there is to tell.
type FailureView struct {
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
	Error string    `json:"error"`
}

// A PlaceView is how far a webhook was told of a channel.
type PlaceView struct {
	Channel string `json:"channel"`
	// Sequence is that of the event up to which it was told; 0 is none.
	Sequence uint64 `json:"sequence"`
	Waiting  int    `json:"waiting"`
	// OldestAt is when the first that waits came into the feed; null: none waits.
	OldestAt *time.Time `json:"oldestAt"`
}

// A DeadLetterView is an event that was not told in time.
type DeadLetterView struct {
	ID       string        `json:"id"`
	Channel  string        `json:"channel"`
	Sequence uint64        `json:"sequence"`
	Type     announce.Type `json:"type"`
	Start    time.Time     `json:"start"`
	At       time.Time     `json:"at"`
	GivenUp  time.Time     `json:"givenUpAt"`
	Error    string        `json:"error"`
}

// shownLetters is how many dead letters of a webhook are shown.
const shownLetters = 100

// ListWebhooks answers GET /v1/webhooks.
func (a *API) ListWebhooks() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		all, err := a.Webhooks(r.Context())
		if err != nil {
			return nil, err
		}
		view := WebhooksView{Webhooks: []WebhookView{}}
		for _, s := range all {
			view.Webhooks = append(view.Webhooks, viewWebhook(s, func(channel string) bool { return a.May(r, channel) }))
		}
		return view, nil
	})
}

func viewWebhook(s webhook.Status, may func(channel string) bool) WebhookView {
	v := WebhookView{
		Name: s.Name, Origin: s.Origin, Events: s.Events, State: Delivering,
		Channels: []PlaceView{}, DeadLetters: []DeadLetterView{}, DeliveredAt: given(s.Delivered),
	}
	if f := s.Failure; f != nil && (f.Channel == "" || may(f.Channel)) {
		v.State, v.Failure = Failing, &FailureView{f.Since, f.At, f.Error}
	}
	if s.Gone != "" {
		v.State = Gone
	}
	for _, p := range s.Places {
		if may(p.Channel) {
			v.Channels = append(v.Channels, PlaceView{p.Channel, p.Told, p.Waiting, given(p.Oldest)})
		}
	}
	letters := slices.DeleteFunc(s.DeadLetters, func(d webhook.DeadLetter) bool { return !may(d.Channel) })
	v.DeadLetterCount = len(letters)
	for _, d := range letters[max(len(letters)-shownLetters, 0):] {
		v.DeadLetters = append(v.DeadLetters, DeadLetterView{d.ID, d.Channel, d.Seq, d.Type, d.Start, d.At, d.GivenUp, d.Error})
	}
	return v
}

// given is nil for no time.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
