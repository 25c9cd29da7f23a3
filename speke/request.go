package speke

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/speke/cpix"
)

// A request is what becomes known of one while it is answered.
type request struct {
	*http.Request
	caller  Caller
	scratch *scratch
	// now is when the document had arrived.
	now time.Time
	// version is that of the answer, "" while it is not known.
	version version
	// channel is "" while it is not known.
	channel string
}

func (h *Handler) newRequest(w http.ResponseWriter, r *http.Request) *request {
	r.Body = http.MaxBytesReader(w, r.Body, cpix.MaxSize)
	req := &request{Request: r, caller: h.caller(r), scratch: h.borrow()}
	if v, ok := spoken(req.spoken()); ok {
		req.version = v
	}
	return req
}

// spoken is the X-Speke-Version of the request, "" if it has none.
func (req *request) spoken() string { return req.Header.Get("X-Speke-Version") }

// document reads the body; the document is good until the request is answered. One that breaks
// off is the caller's fault, as a malformed one is.
func (req *request) document() (*cpix.Document, error) {
	data, err := req.body()
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformedDocument, err)
	}
	return req.scratch.reader.Read(data)
}

// body reads all of the body, and nothing of one that says that it is too long.
func (req *request) body() ([]byte, error) {
	if req.ContentLength > cpix.MaxSize {
		return nil, &http.MaxBytesError{Limit: cpix.MaxSize}
	}
	_, err := req.scratch.in.ReadFrom(req.Body)
	return req.scratch.in.Bytes(), err
}
