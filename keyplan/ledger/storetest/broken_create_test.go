package storetest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/memstore"
)

// A createFunc is a Create that stands before one that is right.
type createFunc func(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error)

type wrongCreate struct {
	ledger.Store
	create createFunc
}

func creating(create createFunc) func() ledger.Store {
	return func() ledger.Store { return wrongCreate{memstore.New(), create} }
}

func (s wrongCreate) Create(ctx context.Context, channel string, recs ...keyplan.Record) ([]keyplan.Record, error) {
	return s.create(ctx, s.Store, channel, recs)
}

func lastWriterWins(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	if err := s.Delete(ctx, channel, namesOf(recs)...); err != nil {
		return nil, err
	}
	return s.Create(ctx, channel, recs...)
}

func returnsItsOwn(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	_, err := s.Create(ctx, channel, recs...)
	return recs, err
}

func returnsSorted(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	kept, err := s.Create(ctx, channel, recs...)
	return byName(kept), err
}

func allOrNothing(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	found, err := s.Get(ctx, channel, namesOf(recs)...)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return s.Create(ctx, channel, recs...)
}

func lastOfACallCounts(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	recs = slices.Clone(recs)
	slices.Reverse(recs)
	kept, err := s.Create(ctx, channel, recs...)
	slices.Reverse(kept)
	return kept, err
}

func takesEmptyForMissing(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	found, err := s.Get(ctx, channel, namesOf(recs)...)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		if len(r.Value) == 0 {
			err = errors.Join(err, s.Delete(ctx, channel, r.Name))
		}
	}
	kept, createErr := s.Create(ctx, channel, recs...)
	return kept, errors.Join(err, createErr)
}

func refusesNothing(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	if len(recs) == 0 {
		return nil, errors.New("nothing to create")
	}
	return s.Create(ctx, channel, recs...)
}

// storing changes every value on its way in.
func storing(change func([]byte) []byte) createFunc {
	return func(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
		recs = slices.Clone(recs)
		for i := range recs {
			recs[i].Value = change(recs[i].Value)
		}
		return s.Create(ctx, channel, recs...)
	}
}

// looksThenWrites leaves others a millisecond in which they, too, find the name free.
func looksThenWrites(ctx context.Context, s ledger.Store, channel string, recs []keyplan.Record) ([]keyplan.Record, error) {
	found, err := s.Get(ctx, channel, namesOf(recs)...)
	if err != nil || len(found) == len(recs) {
		return found, err
	}
	time.Sleep(time.Millisecond)
	return lastWriterWins(ctx, s, channel, recs)
}

func namesOf(recs []keyplan.Record) []string {
	names := make([]string, len(recs))
	for i, r := range recs {
		names[i] = r.Name
	}
	return names
}

func byName(recs []keyplan.Record) []keyplan.Record {
	return slices.SortedFunc(slices.Values(recs), func(a, b keyplan.Record) int {
		return strings.Compare(a.Name, b.Name)
	})
}
