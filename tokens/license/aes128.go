package license

import (
	"net/http"
	"strconv"

	"github.com/keyrotor/keyrotor/keyplan"
)

// ServeAES128 answers GET /license/aes128/{channel}/{kid} with the 16 bytes of a key of scheme
// cbc1, as the URI of an EXT-X-KEY of METHOD=AES-128 must (RFC 8216, 5.2).
func (h *Handler) ServeAES128(w http.ResponseWriter, r *http.Request) {
	channel, key, err := h.aes128(r)
	if err != nil {
		h.Answered(AES128, channel, h.refuse(w, r, err))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(key)))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(key) // the client is gone if this fails
	h.Answered(AES128, channel, http.StatusOK)
}

func (h *Handler) aes128(r *http.Request) (channel string, key []byte, err error) {
	now := h.Now()
	grant, err := h.admit(r, now)
	if err != nil {
		return "", nil, err
	}
	ch, ok := h.Channel(r.PathValue("channel"))
	if !ok {
		return "", nil, errNone
	}
	kid, err := keyplan.ParseKID(r.PathValue("kid"))
	if err != nil {
		return ch.ID, nil, errNone
	}
	key, err = h.key(r.Context(), request{ch, grant, now, keyplan.CBC1}, kid)
	if err == nil && key == nil {
		err = errNone
	}
	return ch.ID, key, err
}
