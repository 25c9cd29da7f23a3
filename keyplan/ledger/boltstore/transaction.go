package boltstore

import (
	"context"
	"fmt"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	bolt "go.etcd.io/bbolt"
)

// read runs look in a transaction that sees every commit so far. What it saw is on the
// disk when read returns without error: bbolt shows a transaction to readers a moment
// before its fsync, and also if that fails, so that read then has to settle it.
func (s *Store) read(ctx context.Context, look func(*bolt.Tx)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var seen int
	err := s.db.View(func(tx *bolt.Tx) error {
		seen = tx.ID()
		look(tx)
		return nil
	})
	if err != nil || s.onDisk(seen) {
		return err
	}
	return s.write(ctx, func(*bolt.Tx) (bool, error) { return false, nil })
}

// write runs change when nobody else writes, and commits if change says that it changed
// something, or if the last commit failed after readers could see it.
func (s *Store) write(ctx context.Context, change func(*bolt.Tx) (bool, error)) error {
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock()
	tx, err := s.db.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	changed, err := change(tx)
	if err != nil || !changed && s.onDisk(tx.ID()-1) {
		return err
	}
	return s.commit(tx)
}

// commit returns when tx is on the disk.
func (s *Store) commit(tx *bolt.Tx) error {
	id := tx.ID()
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, err)
	}
	s.synced.Store(int64(id))
	return nil
}

func (s *Store) onDisk(transaction int) bool { return int64(transaction) <= s.synced.Load() }

func (s *Store) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) unlock() { <-s.turn }
