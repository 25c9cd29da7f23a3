package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// Announcement answers GET /v1/channels/{channel}/announcement.
func (a *API) Announcement() http.HandlerFunc {
	return a.share(func(w http.ResponseWriter, r *http.Request) {
		ch, edition, err := a.edition(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		h := w.Header()
		a.describe(h, ch, edition)
		if matches(r.Header.Values("If-None-Match"), edition.Tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(edition.Body))) // HEAD has no other way to know
		_, _ = w.Write(edition.Body)                             // the client is gone if this fails
	})
}

// edition is that of the channel which a path names.
func (a *API) edition(r *http.Request) (Channel, announce.Edition, error) {
	ch, err := a.feedChannel(r)
	if err != nil {
		return Channel{}, announce.Edition{}, err
	}
	edition, ok, err := a.Edition(ch.ID)
	if err == nil && !ok {
		err = errNoChannel // it was forgotten meanwhile
	}
	return ch, edition, err
}

// describe writes the headers that a 304 has too (RFC 9110, 15.4.5).
func (a *API) describe(h http.Header, ch Channel, e announce.Edition) {
	h.Set("ETag", e.Tag)
	h.Set("Cache-Control", a.cacheControl(ch, e.RefreshAt))
	h.Set("Link", `</announcement.schema.json>; rel="describedby"`)
	if !ch.Public {
		h.Set("Vary", "Authorization")
	}
	if e.Signature != "" {
		h.Set("X-JWS-Signature", e.Signature)
	}
}

// cacheControl lets shared caches keep a public channel's announcement until it changes by
// itself, but no longer than MaxAge, since a revocation changes it too. Another channel's is
// asked for each time, so that who may no longer see it does not.
func (a *API) cacheControl(ch Channel, refreshAt time.Time) string {
	if !ch.Public {
		return "private, no-cache"
	}
	fresh := max(min(ch.MaxAge, refreshAt.Sub(a.Now())), 0)
	return fmt.Sprintf("public, max-age=%d", fresh/time.Second)
}
