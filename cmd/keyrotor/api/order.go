package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/command"
)

// maxReason is how long the reason of a command may be, in bytes.
const maxReason = 500

// order is what a request says of a command besides what it is.
func (a *API) order(r *http.Request, reason string) (command.Order, error) {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > keyplan.MaxCommandKey {
		return command.Order{}, NewProblem(http.StatusBadRequest, fmt.Sprintf("Idempotency-Key: want at most %d bytes", keyplan.MaxCommandKey))
	}
	return command.Order{Key: strings.ToValidUTF8(key, "\ufffd"), By: a.Caller(r), Reason: reason}, nil
}

// checkReason refuses one that nobody could read later.
func checkReason(reason string) error {
	if strings.TrimSpace(reason) == "" || len(reason) > maxReason || strings.ContainsFunc(reason, unicode.IsControl) {
		return NewProblem(http.StatusBadRequest, fmt.Sprintf("reason: want one line of 1 to %d bytes, for whoever asks later", maxReason))
	}
	return nil
}

// readBody reads a JSON object strictly into dst. want says what it may hold.
func readBody(r *http.Request, dst any, want string) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(dst); err != nil || strict.More() {
		return NewProblem(http.StatusBadRequest, "want a JSON object with "+want)
	}
	return nil
}
