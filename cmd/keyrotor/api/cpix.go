package api

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke"
)

// CPIX answers GET /v1/channels/{channel}/cpix?from=&to=&scheme= with a CPIX 2.4 document of
// every key in [from, to), by default from now to the end of the plan.
func (a *API) CPIX() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked, err := a.cpixRange(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		body, err := a.Keys(r.Context(), asked)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(body) // the client is gone if this fails
	}
}

func (a *API) cpixRange(r *http.Request) (speke.Range, error) {
	asked := speke.Range{Packager: a.Packager(r)}
	ch, err := a.keyChannel(r, asked.Packager)
	if err != nil {
		return speke.Range{}, err
	}
	asked.Channel = ch.ID
	if asked.Packager == "" {
		if asked.Recipients = a.Recipients; len(asked.Recipients) == 0 {
			return speke.Range{}, errNoRecipients
		}
	}
	if asked.From, err = instant(r, "from", a.Now()); err != nil {
		return speke.Range{}, err
	}
	if asked.To, err = instant(r, "to", a.Plan(ch.ID).End()); err != nil {
		return speke.Range{}, err
	}
	if !asked.From.Before(asked.To) {
		return speke.Range{}, NewProblem(http.StatusBadRequest, "to: want an instant after from")
	}
	asked.Scheme, err = scheme(r, ch)
	return asked, err
}

// keyChannel is the channel that a path names, which a packager may create by asking.
func (a *API) keyChannel(r *http.Request, packager string) (*keyplan.Channel, error) {
	if packager == "" {
		ch, err := a.channel(r)
		return ch.Channel, err
	}
	ch, ok := a.Packaged(r.PathValue("channel"))
	if !ok || !a.May(r, ch.ID) {
		return nil, errNoChannel
	}
	return ch, nil
}

var errNoRecipients = NewProblem(http.StatusForbidden, "content keys leave encrypted only: cpix_recipients has no certificate")

// scheme reads which of a channel's schemes is meant. It may be left out where there is one.
func scheme(r *http.Request, ch *keyplan.Channel) (keyplan.Scheme, error) {
	name := keyplan.Scheme(r.URL.Query().Get("scheme"))
	if name == "" && len(ch.Schemes) == 1 {
		return ch.Schemes[0], nil
	}
	if !slices.Contains(ch.Schemes, name) {
		return "", NewProblem(http.StatusBadRequest, fmt.Sprintf("scheme: want one of %v", ch.Schemes))
	}
	return name, nil
}
