package storetest

import (
	"bytes"
	"fmt"
	"hash/crc32"

	"github.com/google/go-cmp/cmp"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger"
)

// channel is where a law that is not about channels keeps its records.
const channel = "sports-1"

// A subject is the store under test and whom to tell. Its methods call the store and
// end the law if that fails.
type subject struct {
	T
	store ledger.Store
}

func (s subject) create(channel string, recs ...keyplan.Record) []keyplan.Record {
	s.Helper()
	kept, err := s.store.Create(s.Context(), channel, recs...)
	if err != nil {
		s.Fatalf("Create in %q: %v", channel, err)
	}
	return kept
}

func (s subject) get(channel string, names ...string) []keyplan.Record {
	s.Helper()
	found, err := s.store.Get(s.Context(), channel, names...)
	if err != nil {
		s.Fatalf("Get in %q: %v", channel, err)
	}
	return found
}

func (s subject) list(channel, from, to string, limit int) []keyplan.Record {
	s.Helper()
	page, err := s.store.List(s.Context(), channel, from, to, limit)
	if err != nil {
		s.Fatalf("List in %q from %q to %q: %v", channel, from, to, err)
	}
	return page
}

func (s subject) delete(channel string, names ...string) {
	s.Helper()
	if err := s.store.Delete(s.Context(), channel, names...); err != nil {
		s.Fatalf("Delete in %q: %v", channel, err)
	}
}

// same fails the law unless got is want, record by record. A nil value is an empty one.
func (s subject) same(what string, want, got []keyplan.Record) {
	s.Helper()
	equal := cmp.Comparer(func(a, b keyplan.Record) bool {
		return a.Name == b.Name && bytes.Equal(a.Value, b.Value)
	})
	if len(want) == 0 && len(got) == 0 {
		return
	}
	if diff := cmp.Diff(brief(want), brief(got)); diff != "" || !cmp.Equal(want, got, equal) {
		s.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// brief keeps the differences of large records readable; the checksum shows those that
// lie in what is cut off.
func brief(recs []keyplan.Record) []string {
	const most = 40
	lines := make([]string, len(recs))
	for i, r := range recs {
		lines[i] = fmt.Sprintf("%.*s (%d bytes) = %.*q (%d bytes, CRC-32 %08x)",
			most, r.Name, len(r.Name), most, r.Value, len(r.Value), crc32.ChecksumIEEE(r.Value))
	}
	return lines
}

// record is short for a record with a text as its value.
func record(name, value string) keyplan.Record {
	return keyplan.Record{Name: name, Value: []byte(value)}
}

// records gives one record a name, each with a value of its own.
func records(names ...string) []keyplan.Record {
	recs := make([]keyplan.Record, len(names))
	for i, name := range names {
		recs[i] = record(name, "value of "+name)
	}
	return recs
}
