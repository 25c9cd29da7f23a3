package access

import (
	"net/http"
	"strconv"
	"time"
)

// Limit answers 429 to a remote (of IPv6 a /64) that calls more often than l allows.
func (g Gate) Limit(l *Limiter, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := l.Take(g.Proxies.Network(r).String(), g.Now()); wait > 0 {
			g.postpone(w, r, wait)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Local lets in requests of this machine only. One that a proxy passed on is none, for whomever,
// and whether the proxy is trusted or not.
func (g Gate) Local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !address(r.RemoteAddr).IsLoopback() || forwarded(r.Header) {
			g.refuse(w, r, http.StatusForbidden, "remote")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded reports whether a proxy says in some header for whom it asks.
func forwarded(h http.Header) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if len(h.Values(name)) > 0 {
			return true
		}
	}
	return false
}

// postpone answers 429, to come again after wait.
func (g Gate) postpone(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(Seconds(wait)))
	g.deny(w, r, http.StatusTooManyRequests)
}

// Seconds is a wait in whole seconds, never shorter than it is.
func Seconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }
