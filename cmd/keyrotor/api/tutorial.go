package api

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/tokens"
)

// A TutorialRequest is what the player of the AWS and Axinom live tutorial asks: a token for no
// channel in particular. Zero times are no bounds.
type TutorialRequest struct {
	ValidFrom time.Time `json:"validFrom"`
	ValidTo   time.Time `json:"validTo"`
}

// A TutorialToken is what it reads.
type TutorialToken struct {
	Token string `json:"token"`
}

// IssueTutorialToken answers POST /token with a token of a channel, in the channel's format.
func (a *API) IssueTutorialToken(channel string) http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, ok := a.Channel(channel)
		if !ok {
			return nil, errNoChannel
		}
		asked, err := readTutorial(r.Body)
		if err != nil {
			return nil, err
		}
		answer, err := a.Issue(r.Context(), ch.Channel, tokens.Request{ValidFrom: asked.ValidFrom, ValidTo: asked.ValidTo})
		if err != nil {
			return nil, err
		}
		return TutorialToken{answer.Token}, nil
	})
}

// readTutorial reads the body; an empty one means no wishes.
func readTutorial(r io.Reader) (TutorialRequest, error) {
	var asked TutorialRequest
	body, err := io.ReadAll(r)
	if err != nil || len(body) == 0 {
		return asked, err
	}
	if json.Unmarshal(body, &asked) != nil {
		return asked, NewProblem(http.StatusBadRequest, "want a JSON object with validFrom and validTo (RFC 3339 times)")
	}
	return asked, nil
}
