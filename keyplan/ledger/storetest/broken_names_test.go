package storetest_test

import (
	"context"
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// A renamingStore takes different channels, or different names, for the same.
type renamingStore struct {
	ledger.Store
	channel, name func(string) string
}

func renaming(channel, name func(string) string) func() ledger.Store {
	return func() ledger.Store { return renamingStore{memstore.New(), channel, name} }
}

func (s renamingStore) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	recs = slices.Clone(recs)
	for i := range recs {
		recs[i].Name = s.name(recs[i].Name)
	}
	return s.Store.Create(ctx, s.channel(channel), recs...)
}

func (s renamingStore) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	names = slices.Clone(names)
	for i := range names {
		names[i] = s.name(names[i])
	}
	return s.Store.Get(ctx, s.channel(channel), names...)
}

func (s renamingStore) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	return s.Store.List(ctx, s.channel(channel), from, to, limit)
}

// A joiningStore keeps all channels in one, by names that begin with the channel's.
type joiningStore struct{ ledger.Store }

func joining() ledger.Store { return joiningStore{memstore.New()} }

func (s joiningStore) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	recs = slices.Clone(recs)
	for i := range recs {
		recs[i].Name = channel + "/" + recs[i].Name
	}
	kept, err := s.Store.Create(ctx, "", recs...)
	return without(channel, kept), err
}

func (s joiningStore) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	names = slices.Clone(names)
	for i := range names {
		names[i] = channel + "/" + names[i]
	}
	found, err := s.Store.Get(ctx, "", names...)
	return without(channel, found), err
}

func (s joiningStore) List(ctx context.Context, channel string, _, _ string, limit int) ([]keyplan.Record, error) {
	page, err := s.Store.List(ctx, "", channel+"/", channel+"0", limit)
	return without(channel, page), err
}

func without(channel string, recs []keyplan.Record) []keyplan.Record {
	for i := range recs {
		recs[i].Name = strings.TrimPrefix(recs[i].Name, channel+"/")
	}
	return recs
}

// A sharingStore hands out its own memory and keeps that of its callers. It has one
// channel and lists all of it.
type sharingStore struct{ recs []keyplan.Record }

func sharing() ledger.Store { return &sharingStore{} }

func (s *sharingStore) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	for _, r := range recs {
		if found, _ := s.Get(ctx, channel, r.Name); len(found) == 0 {
			s.recs = append(s.recs, r)
		}
	}
	return s.Get(ctx, channel, namesOf(recs)...)
}

func (s *sharingStore) Get(_ context.Context, _ string, names ...string) ([]keyplan.Record, error) {
	var found []keyplan.Record
	for _, name := range names {
		for _, r := range s.recs {
			if r.Name == name {
				found = append(found, r)
			}
		}
	}
	return found, nil
}

func (s *sharingStore) List(context.Context, string, string, string, int) ([]keyplan.Record, error) {
	return s.recs, nil
}

func (s *sharingStore) Delete(context.Context, string, ...string) error { return nil }
