package license

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/tokens"
)

// The systems, as Answered names them.
const (
	ClearKey = "clearkey"
	AES128   = "aes128"
)

// A Config for a Handler. Only Turns may be nil.
type Config struct {
	// Verify tells what a token grants (tokens.Verifier).
	Verify func(token string, now time.Time) (tokens.Grant, error)
	// Channels are all that there are, and Channel finds one of them by its ID.
	Channels func() []*keyplan.Channel
	Channel  func(id string) (*keyplan.Channel, bool)
	// Plan is a channel's plan, and Open opens a key of it.
	Plan func(channel string) *keyplan.Plan
	Open func(ctx context.Context, at keyplan.KeyRef, kid keyplan.KID, sealed []byte) (keyplan.Secret, error)
	// Turns bound the requests with a good token. Nil means that they are not bounded.
	Turns *Turns
	// Problem writes an answer other than a license. retryAfter is in seconds, or 0.
	Problem func(w http.ResponseWriter, status int, detail string, retryAfter int)
	// Answered hears of every answer. The channel is "" where none was found.
	Answered func(system, channel string, status int)
	Now      func() time.Time
	Log      *slog.Logger
}

// A Handler has the endpoints. It is safe for concurrent use.
type Handler struct{ Config }

// New makes one. It refuses a Config that lacks a function.
func New(c Config) (*Handler, error) {
	if c.Verify == nil || c.Channels == nil || c.Channel == nil || c.Plan == nil || c.Open == nil ||
		c.Problem == nil || c.Answered == nil || c.Now == nil || c.Log == nil {
		return nil, errors.New("license: want every field of its Config but Turns")
	}
	return &Handler{c}, nil
}

// What a request fails with, besides tokens.ErrToken.
var (
	// errNone: no key that is asked for is granted, or there. It looks like a wrong token.
	errNone = errors.New("no such key is granted")
	// errFull: so many requests come that none can be told when there is room.
	errFull = errors.New("no room in sight")
)

// A wrongRequest says what is wanted in place of a request that nobody can answer.
type wrongRequest string

func (w wrongRequest) Error() string { return string(w) }

// A busy request comes again after so many seconds.
type busy int

func (b busy) Error() string { return "no room for " + strconv.Itoa(int(b)) + " seconds" }

// refused is the one detail of every 403.
const refused = "want a token that grants a key which is asked for"

// refuse turns any error of this package into what the client sees, and gives the status.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) int {
	status, detail, retryAfter := http.StatusInternalServerError, "", 0
	wrong, isWrong := errors.AsType[wrongRequest](err)
	wait, isBusy := errors.AsType[busy](err)
	_, isLong := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, tokens.ErrToken), errors.Is(err, errNone):
		status, detail = http.StatusForbidden, refused
		h.Log.DebugContext(r.Context(), "license refused", "err", err)
	case isWrong:
		status, detail = http.StatusBadRequest, string(wrong)
	case isLong:
		status = http.StatusRequestEntityTooLarge
	case isBusy:
		status, detail, retryAfter = http.StatusTooManyRequests, "come again after Retry-After, when there is room", int(wait)
	case errors.Is(err, errFull):
		status, detail, retryAfter = http.StatusServiceUnavailable, "too many requests", maxWait
	default:
		h.Log.ErrorContext(r.Context(), "license failed", "err", err)
	}
	h.Problem(w, status, detail, retryAfter)
	return status
}

// admit gives what the token of a request grants, once there is room for the request. Tokens
// are looked at first: what shows none takes nobody's room.
func (h *Handler) admit(r *http.Request, now time.Time) (tokens.Grant, error) {
	token, ok := tokenOf(r)
	if !ok {
		return tokens.Grant{}, tokens.ErrToken
	}
	grant, err := h.Verify(token, now)
	if err != nil {
		return tokens.Grant{}, err
	}
	switch wait, ok := h.Turns.Take(now); {
	case !ok:
		return tokens.Grant{}, errFull
	case wait > 0:
		return tokens.Grant{}, busy(wait)
	}
	return grant, nil
}
