package speke

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/speke/cpix"
	"github.com/keyrotor/keyrotor/speke/signaling"
)

// A Handler answers SPEKE requests over HTTP.
type Handler struct {
	channels  map[string]Channel // those that are configured, by content ID
	byID      map[string]Channel // the same
	created   func(string) (Channel, bool)
	admit     func(context.Context, string) error
	ledger    Ledger
	planner   keyplan.Planner
	sealer    keyplan.Sealer
	speller   *speller
	supports  func(string, signaling.System) bool
	caller    func(*http.Request) Caller
	clock     func() time.Time
	userAgent string
	log       *slog.Logger
	answered  func(string, int)
	rebound   func(string)
	recorder  *recorder
	scratches sync.Pool // of *scratch
}

// New refuses a Config that is not complete; its error names every problem. Content IDs are
// unique across channels; the last one counts.
func New(c Config) (*Handler, error) {
	if ps := c.check(); len(ps) > 0 {
		return nil, ps
	}
	h := &Handler{
		channels: map[string]Channel{}, byID: map[string]Channel{}, ledger: c.Ledger, planner: c.Planner, sealer: c.Sealer,
		speller: &speller{build: c.Signaling}, supports: c.Supports, caller: c.Caller, clock: c.Now, userAgent: c.UserAgent,
		log: c.Log, answered: c.Answered, rebound: c.Rebound, created: c.Created, admit: c.Admit,
	}
	if h.created == nil {
		h.created = func(string) (Channel, bool) { return Channel{}, false }
	}
	if h.log == nil {
		h.log = slog.Default()
	}
	if h.answered == nil {
		h.answered = func(string, int) {}
	}
	if h.rebound == nil {
		h.rebound = func(string) {}
	}
	for _, ch := range c.Channels {
		h.byID[ch.ID] = ch
		for _, id := range ch.ContentIDs {
			h.channels[id] = ch
		}
	}
	h.recorder = newRecorder(c.Ledger, h.log)
	return h, nil
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
	defer h.release(req.scratch)
	body, err := h.answer(req)
	req.version.name(w.Header(), h.userAgent)
	if err != nil {
		h.refuse(w, req, err)
		return
	}
	h.answered(req.channel, http.StatusOK)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the packager is gone if this fails; it will ask again
}

func (h *Handler) answer(req *request) ([]byte, error) {
	doc, err := req.document()
	if err != nil {
		return nil, err
	}
	req.now = h.clock()
	if req.version, err = versionOf(req.spoken(), doc); err != nil {
		return nil, err
	}
	c := &req.scratch.contract
	if err := c.read(doc, req.version); err != nil {
		return nil, err
	}
	ch, err := h.channel(req, c)
	if err != nil {
		return nil, err
	}
	return h.serve(req, ch, c)
}

// channel finds the channel of a contract, and checks that it has what is asked. An unknown
// content ID and one of somebody else's look the same.
func (h *Handler) channel(req *request, c *contract) (Channel, error) {
	ch, ok := h.content(c.version.contentID(c.doc))
	if !ok || !req.caller.May(ch.ID) {
		return Channel{}, unknownContentID(c.version)
	}
	req.channel = ch.ID
	if !h.signals(ch, c) {
		return Channel{}, errUnsupported
	}
	if err := c.settle(ch); err != nil {
		return Channel{}, err
	}
	return ch, c.fits(ch)
}

// signals reports whether a channel has every DRM system that is asked for. In SPEKE 1.0
// those that nobody knows are passed over.
func (h *Handler) signals(ch Channel, c *contract) bool {
	found := make([]signaling.System, 0, 8) // there are seven
	for _, s := range c.systems {
		switch {
		case !s.known && c.version != speke10:
			return false
		case !s.known, slices.Contains(found, s.is):
		case !h.supports(ch.ID, s.is):
			return false
		default:
			found = append(found, s.is)
		}
	}
	return true
}

// serve answers a contract that fits its channel.
func (h *Handler) serve(req *request, ch Channel, c *contract) ([]byte, error) {
	ctx, cancel := patiently(req.Context())
	defer cancel()
	if err := h.admitted(ctx, ch); errors.Is(err, ErrContentID) {
		return nil, errors.Join(unknownContentID(c.version), err)
	} else if err != nil {
		return nil, err
	}
	grants, err := h.resolve(ctx, req, ch, c)
	if err != nil {
		return nil, err
	}
	observed := h.observe(req, ch, c, grants)
	if err := h.fillIn(ctx, ch, c, grants); err != nil {
		return nil, err
	}
	if err := protect(c.doc); err != nil {
		return nil, err
	}
	h.recorder.later(ch.ID, observed...)
	req.scratch.out = c.doc.Append(req.scratch.out[:0])
	return req.scratch.out, nil
}

// resolve finds the key of each ask of a contract.
func (h *Handler) resolve(ctx context.Context, req *request, ch Channel, c *contract) ([]granted, error) {
	spans, err := c.spans()
	if err != nil {
		return nil, err
	}
	r := resolver{Handler: h, ch: ch, contentID: c.version.contentID(c.doc), now: req.now}
	entries, err := r.entries(ctx, spans)
	if p, ok := errors.AsType[*periodError](err); ok {
		return nil, errors.Join(unsupportedPeriod(c.doc.Periods[c.periods[p.at]]), err)
	}
	if err != nil {
		return nil, err
	}
	c.place(entries)
	return r.grant(ctx, c.asks)
}

// protect encrypts the keys where the document names recipients.
func protect(doc *cpix.Document) error {
	if doc.DeliveryData == nil {
		return nil
	}
	err := doc.Encrypt(rand.Reader)
	if errors.Is(err, cpix.ErrRecipient) {
		return errors.Join(errUnsupported, err)
	}
	return err
}

func (h *Handler) refuse(w http.ResponseWriter, req *request, err error) {
	f := outside(err)
	h.log.InfoContext(req.Context(), "speke request refused", "channel", req.channel, "packager", req.caller.Packager,
		"status", f.status, "message", f.message, "err", err)
	h.answered(req.channel, f.status)
	if f.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(f.status)
	_, _ = io.WriteString(w, f.message)
}
