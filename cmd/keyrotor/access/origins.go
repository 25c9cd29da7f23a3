package access

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
)

// Origins are those whose pages may read answers (Fetch standard, CORS), or * alone for all.
// Browsers send no credentials of their own along.
type Origins []string

// Check names what is wrong with the list. Keys begin with "origins".
func (o Origins) Check(ps *keyplan.Problems) {
	for i, origin := range o {
		if origin != "*" && !isOrigin(origin) || origin == "*" && len(o) > 1 {
			ps.Add(fmt.Sprintf("origins[%d]", i), "an origin such as https://player.example.com, or * alone for all")
		}
	}
}

// isOrigin takes an origin as browsers write it.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s)
}

// Share lets pages of the origins read what next answers, and when to come again.
func (o Origins) Share(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.allow(w, r) {
			w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
		}
		next.ServeHTTP(w, r)
	})
}

// Preflight answers OPTIONS: which requests pages of the origins may send. To pages of others
// it says nothing, which forbids them.
func (o Origins) Preflight(methods, headers string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.allow(w, r) {
			w.Header().Set("Access-Control-Allow-Methods", methods)
			w.Header().Set("Access-Control-Allow-Headers", headers)
			w.Header().Set("Access-Control-Max-Age", "86400")
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func (o Origins) allow(w http.ResponseWriter, r *http.Request) bool {
	if slices.Equal(o, Origins{"*"}) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		return true
	}
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !slices.Contains(o, origin) {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	return true
}
