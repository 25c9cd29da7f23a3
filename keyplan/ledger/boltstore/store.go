// Package boltstore keeps records in one file on the local disk, for one process.
//
// A record that Create returned is on the disk: it outlives the process and the power.
// A disk that fails, or is full, loses nothing that was returned before; the store goes
// on when there is room again. Replicas on other machines need another store: a second
// process is refused the file.
package boltstore

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/keyrotor/keyrotor/keyplan"
	bolt "go.etcd.io/bbolt"
)

// defaultLimit is how many records List returns if its limit is below 1.
const defaultLimit = 1000

// A Store is a ledger.Store in a bbolt file, with a bucket for each channel that has
// records. Each Create or Delete that changes anything is one transaction with its own
// fsync, and one is written at a time. Reading waits at most for the one that is just
// then being written.
type Store struct {
	db *bolt.DB
	// turn holds a value while somebody writes. Unlike a mutex it can be waited for
	// until a context ends.
	turn chan struct{}
	// synced is the ID of the last transaction that is known to be on the disk.
	synced atomic.Int64
}

// Create keeps each of recs whose name is not taken, all in one transaction, and returns
// what is stored. It writes nothing if every name is taken. Once a transaction is being
// written, the end of ctx does not stop it.
func (s *Store) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	kept, err := s.get(ctx, channel, namesOf(recs))
	if err == nil && len(kept) < len(recs) {
		kept, err = s.keep(ctx, channel, recs)
	}
	if err != nil {
		return nil, fmt.Errorf("create in channel %q: %w", channel, err)
	}
	return kept, nil
}

// Get returns the records that exist among names, in their order.
func (s *Store) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	found, err := s.get(ctx, channel, names)
	if err != nil {
		return nil, fmt.Errorf("get in channel %q: %w", channel, err)
	}
	return found, nil
}

// List returns up to limit records with from ≤ name < to, by name.
func (s *Store) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	if limit < 1 {
		limit = defaultLimit
	}
	var page []keyplan.Record
	err := s.read(ctx, func(tx *bolt.Tx) {
		if b := tx.Bucket([]byte(channel)); b != nil {
			page = span(b, from, to, limit)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("list channel %q: %w", channel, err)
	}
	return page, nil
}

// Delete removes names; those that do not exist are no error.
func (s *Store) Delete(ctx context.Context, channel string, names ...string) error {
	err := s.write(ctx, func(tx *bolt.Tx) (bool, error) { return purge(tx, channel, names) })
	if err != nil {
		return fmt.Errorf("delete in channel %q: %w", channel, err)
	}
	return nil
}

func (s *Store) get(ctx context.Context, channel string, names []string) (found []keyplan.Record, err error) {
	err = s.read(ctx, func(tx *bolt.Tx) {
		if b := tx.Bucket([]byte(channel)); b != nil {
			found = pick(b, names)
		}
	})
	return found, err
}

func (s *Store) keep(ctx context.Context, channel string, recs []keyplan.Record) (kept []keyplan.Record, err error) {
	err = s.write(ctx, func(tx *bolt.Tx) (changed bool, err error) {
		b, err := tx.CreateBucketIfNotExists([]byte(channel))
		if err != nil {
			return false, err
		}
		if changed, err = fill(b, recs); err != nil {
			return false, err
		}
		kept = pick(b, namesOf(recs))
		return changed, nil
	})
	return kept, err
}

func namesOf(recs []keyplan.Record) []string {
	names := make([]string, len(recs))
	for i, r := range recs {
		names[i] = r.Name
	}
	return names
}
