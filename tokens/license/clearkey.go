package license

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/keyrotor/keyrotor/keyplan"
)

// ServeClearKey answers POST /license/clearkey?channel= with a license for Clear Key (Encrypted
// Media Extensions, 9.1.4), which has those of the keys that the token grants and the channel
// has; at least one. The channel may be left out where there is one alone.
func (h *Handler) ServeClearKey(w http.ResponseWriter, r *http.Request) {
	channel, license, err := h.clearKey(w, r)
	if err != nil {
		h.Answered(ClearKey, channel, h.refuse(w, r, err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(license) // the client is gone if this fails
	h.Answered(ClearKey, channel, http.StatusOK)
}

func (h *Handler) clearKey(w http.ResponseWriter, r *http.Request) (channel string, license []byte, err error) {
	now := h.Now()
	grant, err := h.admit(r, now)
	if err != nil {
		return "", nil, err
	}
	ch, err := h.asked(r)
	if err != nil {
		return "", nil, err
	}
	kids, err := readClearKey(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return ch.ID, nil, err
	}
	license, err = h.appendLicense(r.Context(), nil, request{channel: ch, grant: grant, now: now}, kids)
	return ch.ID, license, err
}

// asked is the channel that a query names, or the only one there is.
func (h *Handler) asked(r *http.Request) (*keyplan.Channel, error) {
	id := r.URL.Query().Get("channel")
	if all := h.Channels(); id == "" && len(all) == 1 {
		return all[0], nil
	}
	if id == "" {
		return nil, wrongRequest("channel: want the ID of one of the channels in the query")
	}
	ch, ok := h.Channel(id)
	if !ok {
		return nil, errNone
	}
	return ch, nil
}

// appendLicense appends a JWK set (RFC 7517, 5) of those of the keys that q gets, in their order.
func (h *Handler) appendLicense(ctx context.Context, b []byte, q request, kids []keyplan.KID) ([]byte, error) {
	b = append(b, `{"keys":[`...)
	before := len(b)
	for _, kid := range kids {
		key, err := h.key(ctx, q, kid)
		switch {
		case err != nil:
			return nil, err
		case key == nil:
			continue
		case len(b) > before:
			b = append(b, ',')
		}
		b = base64.RawURLEncoding.AppendEncode(append(b, `{"kty":"oct","kid":"`...), kid[:])
		b = base64.RawURLEncoding.AppendEncode(append(b, `","k":"`...), key)
		b = append(b, `"}`...)
	}
	if len(b) == before {
		return nil, errNone
	}
	return append(b, `],"type":"temporary"}`...), nil
}
