package api

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

// A RotateRequest asks for new content keys.
type RotateRequest struct {
	// At is when, in whole seconds; nil means as early as possible.
	At *time.Time `json:"at,omitempty"`
	// Reason is why, for whoever asks later.
	Reason string `json:"reason"`
}

// A RotationView is a period with new keys, and who changes to them when.
type RotationView struct {
	Channel string `json:"channel"`
	// At is when the period begins.
	At         time.Time      `json:"at"`
	Period     PeriodView     `json:"period"`
	ContentIDs []SwitchView   `json:"contentIds"`
	Packagers  []SightingView `json:"packagers"`
}

// A SwitchView is when packagers of a content ID air the new keys.
type SwitchView struct {
	ContentID string `json:"contentId"`
	// AirsAt is null if nobody has asked by that content ID yet.
	AirsAt *time.Time `json:"airsAt"`
}

// A SightingView is a packager that asked for the period which is on, or was revoked.
type SightingView struct {
	Packager string    `json:"packager"`
	LastSeen time.Time `json:"lastSeen"`
}

// Rotating answers POST /v1/channels/{channel}/rotate.
func (a *API) Rotating() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		asked, err := readRotate(r)
		if err != nil {
			return nil, err
		}
		order, err := a.order(r, asked.Reason)
		if err != nil {
			return nil, err
		}
		var at time.Time
		if asked.At != nil {
			at = *asked.At
		}
		rotation, err := a.Rotate(r.Context(), ch.Channel, order, at)
		if err != nil {
			return nil, err
		}
		return viewRotation(ch.ID, rotation), nil
	})
}

func readRotate(r *http.Request) (RotateRequest, error) {
	var asked RotateRequest
	if err := readBody(r, &asked, "at (an RFC 3339 time) and reason"); err != nil {
		return asked, err
	}
	if asked.At != nil && (asked.At.IsZero() || asked.At.Nanosecond() != 0) {
		return asked, NewProblem(http.StatusBadRequest, "at: want whole seconds")
	}
	return asked, checkReason(asked.Reason)
}

func viewRotation(channel string, r command.Rotation) RotationView {
	v := RotationView{
		Channel: channel, At: r.Entry.Start, Period: ViewPeriod(r.Entry),
		ContentIDs: []SwitchView{}, Packagers: viewSightings(r.Packagers),
	}
	for _, s := range r.Switches {
		view := SwitchView{ContentID: s.ContentID}
		if !s.At.IsZero() {
			view.AirsAt = new(s.At)
		}
		v.ContentIDs = append(v.ContentIDs, view)
	}
	return v
}

func viewSightings(seen []keyplan.Sighting) []SightingView {
	views := make([]SightingView, len(seen))
	for i, s := range seen {
		views[i] = SightingView{s.Packager, s.At}
	}
	return views
}
