package api

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// The problems of DASH-IF's license request model, which players know by their types.
var (
	NotAuthorized = Problem{
		Type:  "https://dashif.org/drm-problems/not-authorized",
		Title: "Not authorized", Status: http.StatusForbidden,
		Detail: "none of the KIDs may be licensed",
	}
	InsufficientProof = Problem{
		Type:  "https://dashif.org/drm-problems/insufficient-proof-of-authorization",
		Title: "Not authorized", Status: http.StatusForbidden,
		Detail: "want the credential of an issuer",
	}
)

// Authorize answers GET /v1/channels/{channel}/authorize?kids= with an authorization token of
// DASH-IF's license request model, as text. It authorizes those of the KIDs that may be
// licensed, at least one.
func (a *API) Authorize() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, err := a.authorized(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, token) // the client is gone if this fails
	}
}

func (a *API) authorized(r *http.Request) (string, error) {
	ch, err := a.channel(r)
	if err != nil {
		return "", err
	}
	if a.Issue == nil {
		return "", errNoFormat
	}
	kids, err := readKIDs(r.URL.Query().Get("kids"))
	if err != nil {
		return "", err
	}
	answer, err := a.Issue(r.Context(), ch.Channel, tokens.Request{
		Format: tokens.FormatDASHIF, Wish: tokens.Wish{KIDs: kids},
	})
	if bad, ok := errors.AsType[*tokens.RequestError](err); ok {
		if bad.Field == "format" {
			return "", NewProblem(http.StatusNotFound, "token format dashif is not configured")
		}
		return "", NotAuthorized
	}
	return answer.Token, err
}

var errKIDs = NewProblem(http.StatusBadRequest, "kids: want lower-case UUIDs, separated by commas, in ascending order")

// readKIDs takes the one form that the model has: caches and logs then see one request as one.
func readKIDs(text string) ([]keyplan.KID, error) {
	var kids []keyplan.KID
	names := strings.Split(text, ",")
	for _, name := range names {
		kid, err := keyplan.ParseKID(name)
		if err != nil || kid.String() != name {
			return nil, errKIDs
		}
		kids = append(kids, kid)
	}
	if !slices.IsSorted(names) || len(slices.Compact(names)) != len(kids) {
		return nil, errKIDs
	}
	return kids, nil
}
