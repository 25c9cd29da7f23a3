package api

import "net/http"

// Announcement answers GET /v1/channels/{channel}/announcement.
func (a *API) Announcement() http.HandlerFunc {
	return a.share(a.serve(func(r *http.Request) (any, error) {
		ch, err := a.feedChannel(r)
		if err != nil {
			return nil, err
		}
		doc, _ := a.Document(ch.ID)
		return doc, nil
	}))
}
