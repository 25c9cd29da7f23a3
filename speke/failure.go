package speke

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A failure is what a packager is told: a status and a text/plain body that is exactly the
// message. The messages are constants of the protocol (SPEKE 2.0, error handling).
type failure struct {
	status  int
	message string
}

func (f failure) Error() string { return f.message }

func unprocessable(format string, args ...any) error {
	return failure{http.StatusUnprocessableEntity, fmt.Sprintf(format, args...)}
}

var (
	errMalformedDocument = failure{http.StatusBadRequest, "Malformed CPIX document"}
	errTooLarge          = failure{http.StatusRequestEntityTooLarge, "CPIX document too large"}
	errSpekeVersion      = failure{http.StatusUnprocessableEntity, "Unsupported SPEKE version"}
	errMissingContentID  = failure{http.StatusUnprocessableEntity, "Missing CPIX@contentId"}
	errMissingID         = failure{http.StatusUnprocessableEntity, "Missing CPIX@id"}
	errMissingVersion    = failure{http.StatusUnprocessableEntity, "Missing CPIX@version"}
	errVersion           = failure{http.StatusUnprocessableEntity, "Unsupported CPIX@version"}
	errSchemeMix         = failure{http.StatusUnprocessableEntity, "Non compliant ContentKey@commonEncryptionScheme combination"}
	errNoContract        = failure{http.StatusUnprocessableEntity, "Missing CPIX encryption contract"}
	errContract          = failure{http.StatusUnprocessableEntity, "Malformed encryption contract"}
	errUnsupported       = failure{http.StatusUnprocessableEntity, "Requested CPIX encryption contract not supported"}
	errUnknownContentID  = failure{http.StatusNotFound, "Unknown CPIX@contentId"}
	errUnknownID         = failure{http.StatusNotFound, "Unknown CPIX@id"}
	errUnavailable       = failure{http.StatusServiceUnavailable, "Key provider unavailable, try again"}
)

// unknownContentID is told in the words of a version.
func unknownContentID(v version) error {
	if v == speke10 {
		return errUnknownID
	}
	return errUnknownContentID
}

// ErrPeriod says that a period cannot be served: unknown to the plan, too far ahead, or
// its keep is over.
var ErrPeriod = errors.New("period cannot be served")

// A periodError is an ErrPeriod with the position of the period in its contract.
type periodError struct {
	at    int
	cause error
}

func (e *periodError) Error() string { return e.cause.Error() }
func (e *periodError) Unwrap() error { return e.cause }

// atPeriod says which period an ErrPeriod is about. Other errors stay as they are.
func atPeriod(i int, err error) error {
	if !errors.Is(err, ErrPeriod) {
		return err
	}
	return &periodError{i, err}
}

// maxID is how long a period's ID may be, in bytes: it comes back in an error and in the log.
const maxID = 256

func unsupportedPeriod(p *cpix.ContentKeyPeriod) error {
	return unprocessable("Unsupported ContentKeyPeriod %s", p.ID.Value)
}

// outside turns any error of this package into what the packager sees.
func outside(err error) failure {
	if f, ok := errors.AsType[failure](err); ok {
		return f
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLarge
	}
	if errors.Is(err, cpix.ErrMalformed) {
		return errMalformedDocument
	}
	return errUnavailable
}
