package api

import (
	"io"
	"net/http"

	"github.com/keyrotor/keyrotor/tokens"
)

// IssueToken answers POST /v1/channels/{channel}/token.
func (a *API) IssueToken() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := a.issued(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(answer.AppendJSON(nil)) // the client is gone if this fails
	}
}

func (a *API) issued(r *http.Request) (tokens.Answer, error) {
	ch, err := a.channel(r)
	if err != nil {
		return tokens.Answer{}, err
	}
	if a.Issue == nil {
		return tokens.Answer{}, errNoFormat
	}
	request, err := readRequest(r)
	if err != nil {
		return tokens.Answer{}, err
	}
	return a.Issue(r.Context(), ch.Channel, request)
}

var errNoFormat = NewProblem(http.StatusNotFound, "no token format is configured")

// readRequest reads the body; an empty one means no wishes.
func readRequest(r *http.Request) (tokens.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return tokens.Request{}, err
	}
	return tokens.DecodeRequest(body)
}
