package api

import (
	"io"
	"net/http"

	"github.com/keyrotor/keyrotor/tokens"
)

// IssueToken answers POST /v1/channels/{channel}/token.
func (a *API) IssueToken() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		if a.Issue == nil {
			return nil, NewProblem(http.StatusNotFound, "no token format is configured")
		}
		request, err := readRequest(r)
		if err != nil {
			return nil, err
		}
		return a.Issue(r.Context(), ch.Channel, request)
	})
}

// readRequest reads the body; an empty one means no wishes.
func readRequest(r *http.Request) (tokens.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return tokens.Request{}, err
	}
	return tokens.DecodeRequest(body)
}
