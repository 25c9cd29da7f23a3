package access

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// A Gate is what stands in front of one face.
type Gate struct {
	Guard *Guard
	// Deny writes the face's answer for a status of 401 or 403; the challenge headers of
	// a 401 are set already. Nil means a line of text.
	Deny func(w http.ResponseWriter, r *http.Request, status int)
	// Log gets who was let in (debug) and who was not (info), without what they showed.
	// Nil means no log.
	Log *slog.Logger
}

// Require lets in callers whose role includes one of roles; From gives them to next.
func (g Gate) Require(roles ...Role) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller, err := g.Guard.Identify(r)
			switch {
			case err != nil:
				g.challenge(w, r, err)
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
		caller, err := g.Guard.Identify(r)
		switch {
		case errors.Is(err, ErrNoCredentials):
			next.ServeHTTP(w, r.WithContext(With(r.Context(), nil)))
		case err != nil:
			g.challenge(w, r, err)
		default:
			g.admit(w, r, caller, next)
		}
	})
}

func (g Gate) admit(w http.ResponseWriter, r *http.Request, caller *Caller, next http.Handler) {
	g.log(r.Context(), slog.LevelDebug, "caller let in", caller.attrs()...)
	next.ServeHTTP(w, r.WithContext(With(r.Context(), caller)))
}

// challenge answers 401 with the ways to show a credential (RFC 9110 §11.6.1).
func (g Gate) challenge(w http.ResponseWriter, r *http.Request, reason error) {
	w.Header()["Www-Authenticate"] = []string{`Basic realm="keyrotor", charset="UTF-8"`, `Bearer realm="keyrotor"`}
	g.refuse(w, r, http.StatusUnauthorized, reason.Error())
}

func (g Gate) refuse(w http.ResponseWriter, r *http.Request, status int, reason string, who ...slog.Attr) {
	g.log(r.Context(), slog.LevelInfo, "caller refused",
		append(who, slog.String("remote", r.RemoteAddr), slog.String("reason", reason))...)
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
