package api

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

// A RevokeRequest asks to withdraw a KID.
type RevokeRequest struct {
	KID keyplan.KID `json:"kid"`
	// Immediate withdraws it now, whoever airs its key still.
	Immediate bool `json:"immediate,omitempty"`
	// Reason is why, for whoever asks later.
	Reason string `json:"reason"`
}

// A RevocationView says from when on a KID is withdrawn, and what of it is still on air.
type RevocationView struct {
	Channel       string      `json:"channel"`
	KID           keyplan.KID `json:"kid"`
	WithdrawnFrom time.Time   `json:"withdrawnFrom"`
	// Renewed is the key in its place; null if packagers were served it, or chose it.
	Renewed *KeyView `json:"renewed"`
	// Rotation is where packagers change to other keys; null if none of them airs it.
	Rotation *RotationView `json:"rotation"`
	// Airing are the content IDs whose packagers air the key at least until then. If it is
	// withdrawn before, their viewers get no licence meanwhile.
	Airing    []AiringView   `json:"airing"`
	Packagers []SightingView `json:"packagers"`
}

// An AiringView is until when packagers of a content ID air a key.
type AiringView struct {
	ContentID string    `json:"contentId"`
	Until     time.Time `json:"until"`
}

// Revoking answers POST /v1/channels/{channel}/revoke.
func (a *API) Revoking() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		asked, err := readRevoke(r)
		if err != nil {
			return nil, err
		}
		order, err := a.order(r, asked.Reason)
		if err != nil {
			return nil, err
		}
		revocation, err := a.Revoke(r.Context(), ch.Channel, order, asked.KID, asked.Immediate)
		if err != nil {
			return nil, err
		}
		return viewRevocation(ch.ID, revocation), nil
	})
}

func readRevoke(r *http.Request) (RevokeRequest, error) {
	var asked RevokeRequest
	if err := readBody(r, &asked, "kid (a UUID), immediate (true or false) and reason"); err != nil {
		return asked, err
	}
	if asked.KID == (keyplan.KID{}) {
		return asked, NewProblem(http.StatusBadRequest, "kid: want the KID that is to be withdrawn")
	}
	return asked, checkReason(asked.Reason)
}

func viewRevocation(channel string, r command.Revocation) RevocationView {
	v := RevocationView{
		Channel: channel, KID: r.KID, WithdrawnFrom: r.From,
		Airing: []AiringView{}, Packagers: viewSightings(r.Packagers),
	}
	if r.Renewed.KID != (keyplan.KID{}) {
		v.Renewed = new(viewKey(r.Renewed))
	}
	if r.Rotation != nil {
		v.Rotation = new(viewRotation(channel, *r.Rotation))
	}
	for _, on := range r.Airing {
		v.Airing = append(v.Airing, AiringView{on.ContentID, on.End})
	}
	return v
}
