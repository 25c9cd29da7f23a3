package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/scheduler/command"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/tokens"
)

// A Problem is an error as the outside sees it (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// RetryAfter is in how many seconds to try again; of a 503 that has none, in one.
	RetryAfter int `json:"-"`
}

func (p Problem) Error() string { return p.Title + ": " + p.Detail }

// NewProblem is a problem that needs no page of its own: its title is the status text.
func NewProblem(status int, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// Write sends it. A client that can try again is told when.
func (p Problem) Write(w http.ResponseWriter) {
	if p.Status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		p.RetryAfter = cmp.Or(p.RetryAfter, 1)
	}
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// outside turns any error of this package into what the client sees.
func outside(err error) Problem {
	if p, ok := errors.AsType[Problem](err); ok {
		return p
	}
	if bad, ok := errors.AsType[*tokens.RequestError](err); ok {
		return NewProblem(http.StatusBadRequest, bad.Error())
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return NewProblem(http.StatusRequestEntityTooLarge, "")
	}
	if early, ok := errors.AsType[*command.TooEarlyError](err); ok {
		return NewProblem(http.StatusConflict, early.Error())
	}
	switch {
	case errors.Is(err, command.ErrUnfinished):
		return NewProblem(http.StatusServiceUnavailable, command.ErrUnfinished.Error())
	case errors.Is(err, webhook.ErrUnavailable):
		return NewProblem(http.StatusServiceUnavailable, webhook.ErrUnavailable.Error())
	case errors.Is(err, webhook.ErrNoTarget):
		return NewProblem(http.StatusNotFound, webhook.ErrNoTarget.Error())
	case errors.Is(err, command.ErrNoKID):
		return NewProblem(http.StatusNotFound, err.Error())
	case errors.Is(err, command.ErrStatic), errors.Is(err, command.ErrOverdue):
		return NewProblem(http.StatusConflict, err.Error())
	case errors.Is(err, command.ErrOtherCommand), errors.Is(err, command.ErrReach):
		return NewProblem(http.StatusUnprocessableEntity, err.Error())
	case errors.Is(err, tokens.ErrNothingPlanned):
		return NewProblem(http.StatusServiceUnavailable, "the channel has no key that may be on air: it is not planned yet, or they are withdrawn")
	case errors.Is(err, speke.ErrRange):
		return NewProblem(http.StatusUnprocessableEntity, err.Error())
	case errors.Is(err, speke.ErrConfigured):
		return NewProblem(http.StatusConflict, err.Error())
	}
	return NewProblem(http.StatusInternalServerError, "")
}
