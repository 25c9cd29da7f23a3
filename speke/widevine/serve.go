package widevine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// serve answers a request that fits its channel, in full or not at all.
func (c *call) serve(ask Ask) ([]byte, error) {
	var entries []*keyplan.Entry
	var granted response
	err := c.insist(func(ctx context.Context) (err error) {
		if entries, err = c.entries(ctx, ask); err == nil {
			granted, err = c.granted(ctx, ask, entries)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	body, err := granted.encode()
	if err == nil {
		c.config.Served(ask, entries)
	}
	return body, err
}

// entries gives one entry for each index that is asked for, or the one in force.
func (h *Handler) entries(ctx context.Context, ask Ask) ([]*keyplan.Entry, error) {
	entries, err := h.config.Entries(ctx, ask)
	if want := max(1, len(ask.Indexes)); err == nil && len(entries) != want {
		err = fmt.Errorf("%d entries for %d periods", len(entries), want)
	}
	return entries, err
}

// again is how long after a failure the same is tried once more.
const again = time.Second

// insist tries until that succeeds, is refused, or patience or the packager's has ended.
// Time spent here is not counted against the server's limit on writing.
func (c *call) insist(try func(context.Context) error) error {
	err := try(c.Context())
	if c.config.Patience <= 0 || outside(err) != statusInternal {
		return err
	}
	c.config.Log.WarnContext(c.Context(), "widevine call held", "channel", c.channel, "packager", c.packager, "err", err)
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // not possible: a shorter patience
	ctx, cancel := context.WithTimeout(c.Context(), c.config.Patience)
	defer cancel()
	for outside(err) == statusInternal {
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(again):
		}
		err = try(ctx)
	}
	return err
}
