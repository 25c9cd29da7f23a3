// Package memstore keeps records in memory: for tests, and for commands that plan
// without keeping anything.
//
// A Store holds to the whole contract of ledger.Store but for one thing: what it keeps
// ends with the process.
package memstore

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/keyrotor/keyrotor/keyplan"
)

// defaultLimit is how many records List returns if its limit is below 1.
const defaultLimit = 1000

// A Store is a ledger.Store in memory. It never fails, but for a context that has ended.
type Store struct {
	mu       sync.Mutex                  // guards what follows
	channels map[string][]keyplan.Record // sorted by name; their values are the store's own
}

// New gives an empty store.
func New() *Store { return &Store{channels: map[string][]keyplan.Record{}} }

// Create keeps each of recs whose name is not taken and returns what is stored.
func (s *Store) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make([]keyplan.Record, len(recs))
	for i, r := range recs {
		kept[i] = clone(s.keep(channel, r))
	}
	return kept, nil
}

// keep returns what is stored under the name of r once r has had its try.
func (s *Store) keep(channel string, r keyplan.Record) keyplan.Record {
	recs := s.channels[channel]
	i, taken := find(recs, r.Name)
	if !taken {
		recs = slices.Insert(recs, i, clone(r))
		s.channels[channel] = recs
	}
	return recs[i]
}

// Get returns the records that exist among names, in their order.
func (s *Store) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []keyplan.Record
	for _, name := range names {
		if i, ok := find(s.channels[channel], name); ok {
			found = append(found, clone(s.channels[channel][i]))
		}
	}
	return found, nil
}

// List returns up to limit records with from ≤ name < to, by name.
func (s *Store) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if limit < 1 {
		limit = defaultLimit
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []keyplan.Record
	first, _ := find(s.channels[channel], from)
	for _, r := range s.channels[channel][first:] {
		if len(page) == limit || to != "" && r.Name >= to {
			break
		}
		page = append(page, clone(r))
	}
	return page, nil
}

// Delete removes names; those that do not exist are no error.
func (s *Store) Delete(ctx context.Context, channel string, names ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if i, ok := find(s.channels[channel], name); ok {
			s.channels[channel] = slices.Delete(s.channels[channel], i, i+1)
		}
	}
	return nil
}

// find gives the place of name in recs, or the one where it belongs.
func find(recs []keyplan.Record, name string) (int, bool) {
	return slices.BinarySearchFunc(recs, name, func(r keyplan.Record, name string) int {
		return strings.Compare(r.Name, name)
	})
}

func clone(r keyplan.Record) keyplan.Record {
	return keyplan.Record{Name: r.Name, Value: bytes.Clone(r.Value)}
}
