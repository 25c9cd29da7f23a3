package api

import (
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A ChannelView is a channel without secrets.
type ChannelView struct {
	ID         string   `json:"id"`
	ContentIDs []string `json:"contentIds"`
	// Tracks are, of a channel of any tracks, those that packagers have asked for.
	Tracks  []keyplan.Track  `json:"tracks"`
	Schemes []keyplan.Scheme `json:"schemes"`
	Public  bool             `json:"public"`
	// PlannedUntil is the end of the last planned period, or null.
	PlannedUntil *time.Time  `json:"plannedUntil"`
	Current      *PeriodView `json:"current"`
	Next         *PeriodView `json:"next"`
}

// A PeriodView is a planned period with its KIDs.
type PeriodView struct {
	keyplan.Period
	Index uint32    `json:"index"`
	Keys  []KeyView `json:"keys"`
}

// A KeyView is a content key without the key.
type KeyView struct {
	Track  keyplan.Track  `json:"track"`
	Scheme keyplan.Scheme `json:"scheme"`
	KID    keyplan.KID    `json:"kid"`
}

// ViewPeriod shows an entry.
func ViewPeriod(e *keyplan.Entry) PeriodView {
	v := PeriodView{Period: e.Period, Index: e.Index(), Keys: make([]KeyView, len(e.Keys))}
	for i, k := range e.Keys {
		v.Keys[i] = viewKey(k)
	}
	return v
}

func viewKey(k keyplan.ContentKey) KeyView {
	return KeyView{Track: k.Track, Scheme: k.Scheme, KID: k.KID}
}

// ListChannels answers GET /v1/channels: those that the caller may see.
func (a *API) ListChannels() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		views := []ChannelView{}
		for _, ch := range a.Channels() {
			if shown, ok := a.Channel(ch.ID); ok && a.May(r, ch.ID) {
				views = append(views, a.view(shown))
			}
		}
		return map[string]any{"channels": views}, nil
	})
}

// ShowChannel answers GET /v1/channels/{channel}.
func (a *API) ShowChannel() http.HandlerFunc {
	return a.serve(func(r *http.Request) (any, error) {
		ch, err := a.channel(r)
		if err != nil {
			return nil, err
		}
		return a.view(ch), nil
	})
}

func (a *API) view(ch Channel) ChannelView {
	v := ChannelView{ID: ch.ID, ContentIDs: ch.ContentIDs, Tracks: ch.Tracks, Schemes: ch.Schemes, Public: ch.Public}
	plan := a.Plan(ch.ID)
	if ch.Any {
		v.Tracks = append([]keyplan.Track{}, plan.Tracks()...)
	}
	if plan.Empty() {
		return v
	}
	v.PlannedUntil = new(plan.End())
	if current, ok := plan.At(a.Now()); ok {
		v.Current = new(ViewPeriod(current))
		if next, ok := plan.At(current.End); ok {
			v.Next = new(ViewPeriod(next))
		}
	}
	return v
}
