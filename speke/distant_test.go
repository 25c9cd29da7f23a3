package speke_test

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
)

// A distant store is a real one at the end of a network that can be cut.
type distant struct {
	ledger.Store
	cut  atomic.Bool            // calls fail at once
	hung atomic.Bool            // calls end only with their context
	late atomic.Pointer[func()] // runs while a call is under way, unless it is nil
}

func (d *distant) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	if d.hung.Load() {
		<-ctx.Done()
		return nil, fmt.Errorf("%w: %w", ledger.ErrUnavailable, ctx.Err())
	}
	if d.cut.Load() {
		return nil, ledger.ErrUnavailable
	}
	if late := d.late.Load(); late != nil {
		(*late)()
	}
	return d.Store.Create(ctx, channel, recs...)
}
