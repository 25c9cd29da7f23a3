package command

import (
	"context"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Rebinding says how a content ID's packager counts: the period with the index contains At.
type Rebinding struct {
	ContentID string
	Index     uint32
	// At zero means now.
	At time.Time
}

// Rebound binds a content ID anew. A repeat that finds another binding since leaves it.
//
// It fails with what Config.Rebind fails with, or ErrOtherCommand.
func (x *Executor) Rebound(ctx context.Context, ch *keyplan.Channel, o Order, asked Rebinding) (keyplan.Binding, error) {
	asked.At = asked.At.UTC()
	c, repeated, err := x.begin(ctx, ch, o, "rebind", asked, func(now time.Time) (time.Time, error) {
		if asked.At.IsZero() {
			return now, nil
		}
		return asked.At.Truncate(time.Second), nil
	})
	if err != nil {
		return keyplan.Binding{}, err
	}
	if known, ok := x.plan(ch).Rebound(asked.ContentID, asked.Index, c.Start); ok && repeated {
		return known, x.decide(ctx, ch, known.Record())
	}
	b, err := x.Rebind(ctx, asked.ContentID, asked.Index, c.Start)
	if err == nil && !repeated {
		x.Log.Info("content ID bound by command", "channel", ch.ID, "contentId", asked.ContentID, "index", asked.Index, "caller", c.By, "reason", c.Reason)
	}
	return b, err
}
