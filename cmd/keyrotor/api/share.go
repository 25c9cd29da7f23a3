package api

import "net/http"

// share lets pages of every origin read what h answers of a public channel (Fetch standard,
// CORS). Browsers send no credentials along.
func (a *API) share(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if a.public(r) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Access-Control-Expose-Headers", "Age, Date, ETag, Retry-After, X-JWS-Signature")
		}
		h(w, r)
	}
}

// Preflight answers OPTIONS of what a public channel shows to anybody: which requests pages of
// other origins may send. Any other channel looks like one that there is not.
func (a *API) Preflight() http.HandlerFunc {
	return a.share(func(w http.ResponseWriter, r *http.Request) {
		if !a.public(r) {
			a.refuse(w, r, errNoChannel)
			return
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Allow-Headers", "If-None-Match, Last-Event-ID")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}

// public reports whether the channel that a path names shows its feed to anybody.
func (a *API) public(r *http.Request) bool {
	ch, ok := a.Channel(r.PathValue("channel"))
	return ok && ch.Public
}
