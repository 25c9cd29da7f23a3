package api

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

// A RebindRequest says how a content ID's packager counts.
type RebindRequest struct {
	// ContentID is one of the channel's. Empty means its only one.
	ContentID string `json:"contentId"`
	// Index is that of the packager's period which contains At.
	Index *uint32 `json:"index"`
	// At is an instant; nil means now.
	At *time.Time `json:"at"`
}

// A BindingView is how a content ID counts: Index begins at At, and the next one an interval
// later.
type BindingView struct {
	Channel         string              `json:"channel"`
	ContentID       string              `json:"contentId"`
	Binding         keyplan.BindingKind `json:"binding"`
	Index           uint32              `json:"index"`
	At              time.Time           `json:"at"`
	IntervalSeconds int64               `json:"intervalSeconds"`
}

// Rebinding answers POST /v1/channels/{channel}/rebind.
func (a *API) Rebinding() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		asked, err := readRebind(r, ch)
		if err != nil {
			return nil, err
		}
		order, err := a.order(r, "")
		if err != nil {
			return nil, err
		}
		rebinding := command.Rebinding{ContentID: asked.ContentID, Index: *asked.Index}
		if asked.At != nil {
			rebinding.At = *asked.At
		}
		b, err := a.Rebind(r.Context(), ch.Channel, order, rebinding)
		if err != nil {
			return nil, err
		}
		return BindingView{ch.ID, b.ContentID, b.Kind, b.Index, b.At, int64(b.Interval / time.Second)}, nil
	})
}

// readRebind reads and checks the body.
func readRebind(r *http.Request, ch Channel) (RebindRequest, error) {
	var asked RebindRequest
	if err := readBody(r, &asked, "contentId, index (an unsigned 32-bit number) and at (an RFC 3339 time)"); err != nil {
		return RebindRequest{}, err
	}
	if len(ch.ContentIDs) == 1 {
		asked.ContentID = cmp.Or(asked.ContentID, ch.ContentIDs[0])
	}
	if asked.Index == nil {
		return RebindRequest{}, NewProblem(http.StatusBadRequest, "index: want the number of the packager's current period")
	}
	if !slices.Contains(ch.ContentIDs, asked.ContentID) {
		return RebindRequest{}, NewProblem(http.StatusBadRequest, "contentId: want one of the channel's content IDs")
	}
	return asked, nil
}
