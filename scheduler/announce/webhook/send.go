package webhook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// mostAnswer is how many bytes of an answer are read. What is in them does not matter.
const mostAnswer = 64 << 10

// A refusal is an answer that does not say that an event was taken.
type refusal struct {
	status int
	after  time.Duration // to be waited, if the answer says so
}

func (r *refusal) Error() string {
	return fmt.Sprintf("it answered %d %s", r.status, cmp.Or(http.StatusText(r.status), "(unknown)"))
}

// A parcel is what is posted.
type parcel struct {
	id   string // see MessageID
	at   time.Time
	body []byte
}

// send posts a parcel, and returns nil once the target has said 2xx, to the end of its answer.
// A redirect is a refusal. Its errors hold nothing of the URL but the host.
func (t *Target) send(ctx context.Context, through http.RoundTripper, userAgent string, p parcel) error {
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	req, err := t.request(ctx, p)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", userAgent)
	resp, err := through.RoundTrip(req) // a client would follow redirects, and keep cookies
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	defer resp.Body.Close()
	_, err = io.CopyN(io.Discard, resp.Body, mostAnswer)
	if resp.StatusCode/100 != 2 {
		return &refusal{resp.StatusCode, retryAfter(resp)}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("it answered %d, but not to the end: %w", resp.StatusCode, err)
	}
	return nil
}

// request has the user of the URL as Basic credentials, and not in the URL.
func (t *Target) request(ctx context.Context, p parcel) (*http.Request, error) {
	u, err := url.Parse(string(t.url.Reveal()))
	if err != nil {
		return nil, fmt.Errorf("the URL of webhook %s cannot be read", t.Name)
	}
	user := u.User
	u.User = nil
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(p.body))
	if err != nil {
		return nil, fmt.Errorf("the URL of webhook %s cannot be asked", t.Name)
	}
	if user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Webhook-Id", p.id)
	req.Header.Set("Webhook-Timestamp", stamp(p.at))
	req.Header.Set("Webhook-Signature", signatures(t.secrets, p.id, p.at, p.body))
	return req, nil
}

// retryAfter is what an answer says, in seconds; 0 if it says nothing.
func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
