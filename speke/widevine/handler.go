package widevine

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Handler answers Common Encryption calls over HTTP. The path parameter {channel} is the
// channel's ID.
type Handler struct {
	config  Config
	signers map[string]Signer // by name
}

// New makes a Handler.
func New(c Config) *Handler {
	if c.Packager == nil {
		c.Packager = func(_ *http.Request, signer string) string { return signer }
	}
	if c.Served == nil {
		c.Served = func(Ask, []*keyplan.Entry) {}
	}
	if c.Answered == nil {
		c.Answered = func(string, string) {}
	}
	if c.Unsigned == nil {
		c.Unsigned = func(*http.Request) time.Duration { return 0 }
	}
	c.Log = cmp.Or(c.Log, slog.Default())
	h := &Handler{config: c, signers: make(map[string]Signer, len(c.Signers))}
	for _, s := range c.Signers {
		h.signers[s.name] = s
	}
	return h
}

// maxBody bounds a call in bytes. shaka-packager's take about 450.
const maxBody = 64 << 10

// ServeHTTP answers a signed request with its keys, or with the API's status. Both are HTTP
// 200.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{Handler: h, Request: r, w: w}
	body, err := c.answer()
	s := outside(err)
	if s == statusSignatureFailed && c.throttled() {
		return
	}
	if err != nil {
		h.config.Log.InfoContext(r.Context(), "widevine request refused", "channel", c.channel, "packager", c.packager,
			"status", string(s), "err", err)
		body, _ = response{Status: s}.encode() // it holds nothing that fails to encode
	}
	h.config.Answered(c.channel, string(s))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the packager is gone if this fails; it will ask again
}

// throttled answers 429 to who has sent too many calls that nobody signed, without a log line
// for each.
func (c *call) throttled() bool {
	wait := c.config.Unsigned(c.Request)
	if wait <= 0 {
		return false
	}
	c.w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	http.Error(c.w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
	c.config.Answered("", strconv.Itoa(http.StatusTooManyRequests))
	return true
}

// A call is what becomes known of one while it is answered.
type call struct {
	*Handler
	*http.Request
	w http.ResponseWriter
	// packager and channel are "" while they are not known.
	packager, channel string
}

func (c *call) answer() ([]byte, error) {
	sent, err := c.envelope()
	if err != nil {
		return nil, err
	}
	ch, err := c.authorize(sent)
	if err != nil {
		return nil, err
	}
	req, err := parseRequest(sent.Request)
	if err != nil {
		return nil, err
	}
	ask, err := c.ask(ch, req)
	if err != nil {
		return nil, err
	}
	return c.serve(ask)
}

// envelope reads the body. One that breaks off is the caller's fault, as a malformed one is.
func (c *call) envelope() (*envelope, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refuse(statusMalformed, "more than %d bytes", maxBody)
	}
	if err != nil {
		return nil, refuse(statusMalformed, "read the body: %v", err)
	}
	sent := &envelope{}
	if err := json.Unmarshal(body, sent); err != nil {
		return nil, refuse(statusMalformed, "the body is not understood: %v", err)
	}
	return sent, nil
}

// authorize finds the channel, after checking that the signer may have its keys. Nothing
// else that the envelope holds is looked at before. An unknown channel and one of somebody
// else's look the same.
func (c *call) authorize(sent *envelope) (*keyplan.Channel, error) {
	s, known := c.signers[sent.Signer]
	if !known || !s.signed(sent.Request, sent.Signature) {
		return nil, refuse(statusSignatureFailed, "signer %q is unknown or did not sign this", clip(sent.Signer))
	}
	c.packager = c.config.Packager(c.Request, s.name)
	id := c.PathValue("channel")
	if !s.may(id) {
		return nil, refuse(statusAccessDenied, "signer %q is not for channel %q", s.name, clip(id))
	}
	ch, known := c.config.Channel(id)
	if !known {
		return nil, refuse(statusAccessDenied, "no channel %q", clip(id))
	}
	c.channel = ch.ID
	return ch, nil
}

func (c *call) ask(ch *keyplan.Channel, req *request) (Ask, error) {
	contentID, err := req.contentID(ch)
	if err != nil {
		return Ask{}, err
	}
	if err := req.fits(ch); err != nil {
		return Ask{}, err
	}
	ask := Ask{
		Channel: ch, ContentID: contentID, Indexes: req.indexes(),
		Tracks: req.tracks(), Scheme: req.Scheme.keyScheme(), Packager: c.packager,
	}
	if req.FirstIndex != nil {
		ask.Anchor = anchor(*req.FirstIndex)
	}
	return ask, nil
}
