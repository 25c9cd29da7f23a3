// Package ledger keeps the records that a plan is made of, and follows them.
//
// A Store is where they are: embedded (boltstore), in memory for tests (memstore). The
// package storetest is the specification that every store is held to.
package ledger

import (
	"context"
	"errors"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Store keeps immutable records. Create is the only arbiter: the first writer of a
// name wins, and who loses uses what is stored. Every method is safe for concurrent
// use and ends when its context does.
type Store interface {
	// Create keeps each record, unless its name is taken in that channel, and returns
	// what is stored under each name, in the order of recs. What it returns is durable.
	// Records of one call may be kept in part if it returns an error; calling again is
	// harmless. A name twice in one call: the first counts.
	Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error)

	// Get returns the records that exist among names, in their order.
	Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error)

	// List returns up to limit records with from ≤ name < to, by name; "" for to means
	// no end. A limit below 1 means 1,000. It sees every Create that returned before it
	// began.
	List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error)

	// Delete removes names; those that do not exist are no error. It is for purging only.
	Delete(ctx context.Context, channel string, names ...string) error
}

// ErrUnavailable is wrapped by every error that says that the store could not be
// reached, or could not answer, so that a later try may succeed.
var ErrUnavailable = errors.New("store unavailable")
