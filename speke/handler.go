package speke

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Ledger holds plans and decides what they become (keyplan/ledger.Replica does).
type Ledger interface {
	Plan(channel string) *keyplan.Plan
	Settle(ctx context.Context, channel string, draft keyplan.Draft) (*keyplan.Plan, error)
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)
}

// A Caller is who sent a request, after its credentials were checked.
type Caller struct {
	// Packager names the encryptor in logs and observations.
	Packager string
	// May reports whether the caller may have the keys of a channel.
	May func(channel string) bool
}

// A Config for a Handler. Every field is needed but the last two.
type Config struct {
	Channels []Channel
	Ledger   Ledger
	Planner  keyplan.Planner
	Sealer   keyplan.Sealer
	// Signaling builds the signaling of a key: the same bytes for whoever publishes them.
	Signaling func(channel string, e *keyplan.Entry, k keyplan.ContentKey, system signaling.System) (signaling.Signaling, bool)
	// Supports reports whether a channel has a DRM system at all.
	Supports func(channel string, system signaling.System) bool
	// Caller identifies who sent a request.
	Caller func(*http.Request) Caller
	Now    func() time.Time
	// UserAgent stands in X-Speke-User-Agent.
	UserAgent string
	// Log is told of refusals and newly served periods. Nil means slog.Default.
	Log *slog.Logger
	// Answered counts an answer by its HTTP status; channel is "" if it is not known. Nil
	// means that nobody counts.
	Answered func(channel string, status int)
}

// A Handler answers SPEKE requests over HTTP.
type Handler struct {
	channels  map[string]Channel // by content ID
	ledger    Ledger
	planner   keyplan.Planner
	sealer    keyplan.Sealer
	signaling func(string, *keyplan.Entry, keyplan.ContentKey, signaling.System) (signaling.Signaling, bool)
	supports  func(string, signaling.System) bool
	caller    func(*http.Request) Caller
	clock     func() time.Time
	userAgent string
	log       *slog.Logger
	answered  func(string, int)
	recorder  *recorder
}

// New makes a Handler. Content IDs are unique across channels; the last one counts.
func New(c Config) *Handler {
	h := &Handler{
		channels: map[string]Channel{}, ledger: c.Ledger, planner: c.Planner, sealer: c.Sealer,
		signaling: c.Signaling, supports: c.Supports, caller: c.Caller, clock: c.Now, userAgent: c.UserAgent,
		log: c.Log, answered: c.Answered,
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	if h.answered == nil {
		h.answered = func(string, int) {}
	}
	for _, ch := range c.Channels {
		for _, id := range ch.ContentIDs {
			h.channels[id] = ch
		}
	}
	h.recorder = newRecorder(c.Ledger, h.log)
	return h
}

// Run keeps what is recorded after an answer has left. It blocks until ctx ends and the
// last of it is kept.
func (h *Handler) Run(ctx context.Context) error {
	h.recorder.run(ctx)
	return nil
}

// ServeHTTP answers a CPIX document with the same one, filled, or with an error as
// text/plain whose body is exactly the protocol's message.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req := h.newRequest(w, r)
	body, err := h.answer(req)
	w.Header().Set("X-Speke-User-Agent", h.userAgent)
	if req.version != "" {
		w.Header().Set("X-Speke-Version", req.version)
	}
	if err != nil {
		h.refuse(w, req, err)
		return
	}
	h.answered(req.channel, http.StatusOK)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the packager is gone if this fails; it will ask again
}

func (h *Handler) answer(req *request) ([]byte, error) {
	doc, err := req.document()
	if err != nil {
		return nil, err
	}
	req.now = h.clock()
	speaks, err := version(req.spoken(), doc)
	if err != nil {
		return nil, err
	}
	req.version = speaks
	c, err := readContract(doc)
	if err != nil {
		return nil, err
	}
	ch, err := h.channel(req, doc)
	if err != nil {
		return nil, err
	}
	return h.serve(req, ch, doc, c)
}

// channel finds the channel of a document, and checks that it can have what is asked. An
// unknown content ID and one of somebody else's look the same.
func (h *Handler) channel(req *request, doc *cpix.Document) (Channel, error) {
	ch, ok := h.channels[doc.ContentID.Value]
	if !ok || !req.caller.May(ch.ID) {
		return Channel{}, errUnknownContentID
	}
	req.channel = ch.ID
	if doc.DeliveryData != nil {
		return Channel{}, errUnsupported
	}
	for _, s := range doc.DRMSystems {
		if system, known := signaling.ParseSystem(s.SystemID.Value); !known || !h.supports(ch.ID, system) {
			return Channel{}, errUnsupported
		}
	}
	return ch, nil
}

// serve answers a document that is well-made, for a channel that the caller may have.
func (h *Handler) serve(req *request, ch Channel, doc *cpix.Document, c *contract) ([]byte, error) {
	if err := c.fits(ch.Channel); err != nil {
		return nil, err
	}
	indexes, err := c.indexes()
	if err != nil {
		return nil, err
	}
	entries, err := resolver{h, ch, doc.ContentID.Value, req.now}.entries(req.Context(), indexes)
	if p, ok := errors.AsType[*periodError](err); ok {
		return nil, errors.Join(unsupportedPeriod(c.periods[p.at]), err)
	}
	if err != nil {
		return nil, err
	}
	grants, err := c.grant(entries)
	if err != nil {
		return nil, err
	}
	observed := h.observe(req, ch, grants)
	if err := h.fill(req.Context(), ch, doc, grants); err != nil {
		return nil, err
	}
	h.recorder.later(ch.ID, observed...)
	return doc.Append(nil), nil
}

func (h *Handler) refuse(w http.ResponseWriter, req *request, err error) {
	f := outside(err)
	h.log.Info("speke request refused", "channel", req.channel, "packager", req.caller.Packager,
		"status", f.status, "message", f.message, "err", err)
	h.answered(req.channel, f.status)
	if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(f.status)
	_, _ = io.WriteString(w, f.message)
}
