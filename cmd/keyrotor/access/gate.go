package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// A Gate is what stands in front of one face.
type Gate struct {
	Guard *Guard
	// Throttle is shared by all gates of a server. Nil means that nobody is throttled.
	Throttle *Throttle
	// Proxies tells who sent a request. Nil means the other end of its connection.
	Proxies Proxies
	// Deny writes the face's answer for a status of 401, 403 or 429; the challenge of a
	// 401 and the Retry-After of a 429 are set already. Nil means a line of text.
	Deny func(w http.ResponseWriter, r *http.Request, status int)
	// Log gets who was let in (debug) and who was not (info), without what they showed.
	// Nil means no log.
	Log *slog.Logger
	// Now is the time.
	Now func() time.Time
}

// Require lets in callers whose role includes one of roles; From gives them to next.
func (g Gate) Require(roles ...Role) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller, err := g.identify(w, r)
			switch {
			case err != nil:
				g.turnAway(w, r, err)
			case !caller.Is(roles...):
				g.refuse(w, r, http.StatusForbidden, "role", caller.attrs()...)
			default:
				g.admit(w, r, caller, next)
			}
		})
	}
}

// Admit lets in anonymous requests too, for a face that is public for some channels and
// asks Caller.Is and Caller.May for the others. Bad credentials are refused.
func (g Gate) Admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := g.identify(w, r)
		switch {
		case errors.Is(err, ErrNoCredentials):
			next.ServeHTTP(w, r.WithContext(With(r.Context(), nil)))
		case err != nil:
			g.turnAway(w, r, err)
		default:
			g.admit(w, r, caller, next)
		}
	})
}

// identify ends connections whose client certificate has expired: on a new one the client
// shows the certificate that it has now.
func (g Gate) identify(w http.ResponseWriter, r *http.Request) (*Caller, error) {
	now := g.Now()
	if outlived(r, now) {
		w.Header().Set("Connection", "close")
	}
	return g.Guard.Identify(r, now)
}

func (g Gate) admit(w http.ResponseWriter, r *http.Request, caller *Caller, next http.Handler) {
	g.log(r.Context(), slog.LevelDebug, "caller let in", caller.attrs()...)
	next.ServeHTTP(w, r.WithContext(With(r.Context(), caller)))
}

// turnAway answers who showed no credential, a bad one, or too many bad ones. Only bad
// ones are counted: clients that wait for the challenge begin with none.
func (g Gate) turnAway(w http.ResponseWriter, r *http.Request, reason error) {
	if errors.Is(reason, ErrBadCredentials) {
		if wait := g.Throttle.Failed(g.Proxies.Remote(r), g.Now()); wait > 0 {
			g.postpone(w, r, wait)
			return
		}
	}
	g.challenge(w, r, reason)
}

// challenge answers 401 with the ways to show a credential (RFC 9110 §11.6.1).
func (g Gate) challenge(w http.ResponseWriter, r *http.Request, reason error) {
	w.Header()["Www-Authenticate"] = []string{`Basic realm="keyrotor", charset="UTF-8"`, `Bearer realm="keyrotor"`}
	g.refuse(w, r, http.StatusUnauthorized, reason.Error())
}

func (g Gate) refuse(w http.ResponseWriter, r *http.Request, status int, reason string, who ...slog.Attr) {
	g.log(r.Context(), slog.LevelInfo, "caller refused",
		append(who, slog.String("remote", g.Proxies.Remote(r).String()), slog.String("reason", reason))...)
	g.deny(w, r, status)
}

func (g Gate) deny(w http.ResponseWriter, r *http.Request, status int) {
	if g.Deny != nil {
		g.Deny(w, r, status)
		return
	}
	http.Error(w, http.StatusText(status), status)
}

func (g Gate) log(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
	if g.Log != nil {
		g.Log.LogAttrs(ctx, level, message, attrs...)
	}
}
