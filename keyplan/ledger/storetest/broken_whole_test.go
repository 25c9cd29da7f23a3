package storetest_test

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// A deleteFunc is a Delete that stands before one that is right.
type deleteFunc func(ctx context.Context, s ledger.Store, channel string, names []string) error

type wrongDelete struct {
	ledger.Store
	remove deleteFunc
}

func deleting(remove deleteFunc) func() ledger.Store {
	return func() ledger.Store { return wrongDelete{memstore.New(), remove} }
}

func (s wrongDelete) Delete(ctx context.Context, channel string, names ...string) error {
	return s.remove(ctx, s.Store, channel, names)
}

func prefixes(ctx context.Context, s ledger.Store, channel string, names []string) error {
	all, err := s.List(ctx, channel, "", "", 0)
	for _, r := range all {
		for _, name := range names {
			if strings.HasPrefix(r.Name, name) {
				err = errors.Join(err, s.Delete(ctx, channel, r.Name))
			}
		}
	}
	return err
}

func onlyExisting(ctx context.Context, s ledger.Store, channel string, names []string) error {
	found, err := s.Get(ctx, channel, names...)
	if err == nil && len(found) < len(names) {
		err = errors.New("no such record")
	}
	return errors.Join(err, s.Delete(ctx, channel, names...))
}

func leavesATombstone(ctx context.Context, s ledger.Store, channel string, names []string) error {
	err := s.Delete(ctx, channel, names...)
	for _, name := range names {
		_, createErr := s.Create(ctx, channel, keyplan.Record{Name: name})
		err = errors.Join(err, createErr)
	}
	return err
}

func theFirstOnly(ctx context.Context, s ledger.Store, channel string, names []string) error {
	return s.Delete(ctx, channel, names[:min(len(names), 1)]...)
}

// A deafStore does not hear that its caller has gone.
type deafStore struct{ ledger.Store }

func deaf() ledger.Store { return deafStore{memstore.New()} }

func (s deafStore) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	return s.Store.Create(context.WithoutCancel(ctx), channel, recs...)
}

func (s deafStore) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	return s.Store.Get(context.WithoutCancel(ctx), channel, names...)
}

func (s deafStore) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	return s.Store.List(context.WithoutCancel(ctx), channel, from, to, limit)
}

func (s deafStore) Delete(ctx context.Context, channel string, names ...string) error {
	return s.Store.Delete(context.WithoutCancel(ctx), channel, names...)
}

// A rememberingStore lists what it listed before.
type rememberingStore struct {
	ledger.Store
	mu   sync.Mutex // guards page
	page []keyplan.Record
}

func remembering() ledger.Store { return &rememberingStore{Store: memstore.New()} }

func (s *rememberingStore) List(ctx context.Context, channel string, from, to string, limit int) (_ []keyplan.Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == nil {
		s.page, err = s.Store.List(ctx, channel, from, to, limit)
	}
	return s.page, err
}
