package api

import (
	"encoding/json"
	"errors"
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

// readRequest reads a JSON object; an empty body means no wishes.
func readRequest(r *http.Request) (tokens.Request, error) {
	var request tokens.Request
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(&request)
	if errors.Is(err, io.EOF) {
		return request, nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return request, err
	}
	if err != nil || d.More() {
		return request, NewProblem(http.StatusBadRequest, "want one JSON object with the fields of a token request")
	}
	return request, nil
}
