package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
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
		rebind := func() (any, error) { return a.rebound(r, ch, asked) }
		if key := r.Header.Get("Idempotency-Key"); key != "" {
			return a.repeats.once(ch.ID+" rebind "+key, rebind)
		}
		return rebind()
	})
}

func (a *API) rebound(r *http.Request, ch Channel, asked RebindRequest) (any, error) {
	at := a.Now()
	if asked.At != nil {
		at = *asked.At
	}
	b, err := a.Rebind(r.Context(), asked.ContentID, *asked.Index, at)
	if err != nil {
		return nil, err
	}
	return BindingView{ch.ID, b.ContentID, b.Kind, b.Index, b.At, int64(b.Interval / time.Second)}, nil
}

// readRebind reads and checks the body.
func readRebind(r *http.Request, ch Channel) (RebindRequest, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return RebindRequest{}, err
	}
	var asked RebindRequest
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&asked); err != nil || strict.More() {
		return RebindRequest{}, NewProblem(http.StatusBadRequest, "want a JSON object with contentId, index (an unsigned 32-bit number) and at (an RFC 3339 time)")
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
