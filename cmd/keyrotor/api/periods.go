package api

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// ListPeriods answers GET /v1/channels/{channel}/periods?from=&to=: the planned periods that
// overlap [from, to), by default all from the current one on.
func (a *API) ListPeriods() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		plan := a.Plan(ch.ID)
		from, err := instant(r, "from", a.Now())
		if err != nil {
			return nil, err
		}
		to, err := instant(r, "to", plan.End())
		if err != nil {
			return nil, err
		}
		views := []PeriodView{}
		for _, e := range plan.Between(from, to) {
			views = append(views, ViewPeriod(e))
		}
		return map[string]any{"channel": ch.ID, "periods": views}, nil
	})
}

// instant reads a query parameter that is an RFC 3339 time.
func instant(r *http.Request, name string, otherwise time.Time) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, NewProblem(http.StatusBadRequest, name+": want an RFC 3339 time, such as 2026-01-01T00:00:00Z")
	}
	return t.UTC(), nil
}

// A KIDView says where a KID is used.
type KIDView struct {
	Channel string `json:"channel"`
	KeyView
	// Period and Index are null if the key is static, which belongs to no period.
	Period *keyplan.Period `json:"period"`
	Index  *uint32         `json:"index"`
	// Current is always true of a static key.
	Current bool `json:"current"`
}

// viewKID shows k, one of the keys of e.
func viewKID(channel string, e *keyplan.Entry, k keyplan.ContentKey, now time.Time) KIDView {
	v := KIDView{Channel: channel, KeyView: viewKey(k), Current: e.Static() || e.Contains(now)}
	if !e.Static() {
		v.Period, v.Index = new(e.Period), new(e.Index())
	}
	return v
}

// ShowKID answers GET /v1/kids/{kid}.
func (a *API) ShowKID() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		kid, err := keyplan.ParseKID(r.PathValue("kid"))
		if err != nil {
			return nil, NewProblem(http.StatusBadRequest, err.Error())
		}
		for _, ch := range a.Channels() {
			if e, k, ok := a.Plan(ch.ID).KID(kid); ok && a.May(r, ch.ID) {
				return viewKID(ch.ID, e, k, a.Now()), nil
			}
		}
		return nil, NewProblem(http.StatusNotFound, "no such KID")
	})
}
