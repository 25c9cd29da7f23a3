package storetest_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// wrongFind changes what Get and List find.
type wrongFind struct {
	ledger.Store
	change func([]keyplan.Record) []keyplan.Record
}

func finding(change func([]keyplan.Record) []keyplan.Record) func() ledger.Store {
	return func() ledger.Store { return wrongFind{memstore.New(), change} }
}

func (s wrongFind) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	found, err := s.Store.Get(ctx, channel, names...)
	return s.change(found), err
}

func (s wrongFind) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	page, err := s.Store.List(ctx, channel, from, to, limit)
	return s.change(page), err
}

// A getFunc is a Get that stands before one that is right.
type getFunc func(ctx context.Context, s ledger.Store, channel string, names []string) ([]keyplan.Record, error)

type wrongGet struct {
	ledger.Store
	get getFunc
}

func getting(get getFunc) func() ledger.Store {
	return func() ledger.Store { return wrongGet{memstore.New(), get} }
}

func (s wrongGet) Get(ctx context.Context, channel string, names ...string) ([]keyplan.Record, error) {
	return s.get(ctx, s.Store, channel, names)
}

func sortsNames(ctx context.Context, s ledger.Store, channel string, names []string) ([]keyplan.Record, error) {
	return s.Get(ctx, channel, slices.Sorted(slices.Values(names))...)
}

func fillsGaps(ctx context.Context, s ledger.Store, channel string, names []string) ([]keyplan.Record, error) {
	recs := make([]keyplan.Record, len(names))
	for i, name := range names {
		found, err := s.Get(ctx, channel, name)
		if err != nil {
			return nil, err
		}
		copy(recs[i:], found)
	}
	return recs, nil
}

func onceEach(ctx context.Context, s ledger.Store, channel string, names []string) ([]keyplan.Record, error) {
	found, err := s.Get(ctx, channel, names...)
	return slices.CompactFunc(byName(found), func(a, b keyplan.Record) bool { return a.Name == b.Name }), err
}

func allForNothing(ctx context.Context, s ledger.Store, channel string, names []string) ([]keyplan.Record, error) {
	if len(names) == 0 {
		return s.List(ctx, channel, "", "", 0)
	}
	return s.Get(ctx, channel, names...)
}

// A listFunc is a List that stands before one that is right.
type listFunc func(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error)

type wrongList struct {
	ledger.Store
	list listFunc
}

func listing(list listFunc) func() ledger.Store {
	return func() ledger.Store { return wrongList{memstore.New(), list} }
}

func (s wrongList) List(ctx context.Context, channel string, from, to string, limit int) ([]keyplan.Record, error) {
	return s.list(ctx, s.Store, channel, from, to, limit)
}

func toIncluded(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	if to != "" {
		to += "\x00"
	}
	return s.List(ctx, channel, from, to, limit)
}

func endsAtTilde(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	return s.List(ctx, channel, from, cmp.Or(to, "~"), limit)
}

func backwards(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	page, err := s.List(ctx, channel, from, to, limit)
	slices.Reverse(page)
	return page, err
}

func mustExist(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	page, err := s.List(ctx, channel, from, to, limit)
	if err == nil && len(page) == 0 {
		err = errors.New("no such channel")
	}
	return page, err
}

func noLimit(ctx context.Context, s ledger.Store, channel, from, to string, _ int) ([]keyplan.Record, error) {
	return s.List(ctx, channel, from, to, 0)
}

func trimsFrom(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	return s.List(ctx, channel, strings.TrimSuffix(from, "\x00"), to, limit)
}

func atLeastOne(ctx context.Context, s ledger.Store, channel, from, to string, limit int) ([]keyplan.Record, error) {
	return s.List(ctx, channel, from, to, max(limit, 1))
}
