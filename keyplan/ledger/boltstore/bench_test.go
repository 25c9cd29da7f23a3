package boltstore_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
)

func BenchmarkCreateOfANewRecord(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "records.db"))
	i := 0
	for b.Loop() {
		create(b, s, numbered(i))
		i++
	}
}

func BenchmarkCreateOfAnExistingRecord(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "records.db"))
	create(b, s, numbered(0))
	for b.Loop() {
		create(b, s, numbered(0))
	}
}

func BenchmarkListOf1000Records(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "records.db"))
	for i := range 10 {
		var recs []keyplan.Record
		for j := range 100 {
			recs = append(recs, numbered(100*i+j))
		}
		create(b, s, recs...)
	}
	for b.Loop() {
		if page, err := s.List(b.Context(), channel, "", "", 0); err != nil || len(page) != 1000 {
			b.Fatal(len(page), err)
		}
	}
}

// numbered gives a record as large as a period of four tracks.
func numbered(i int) keyplan.Record {
	return keyplan.Record{Name: fmt.Sprintf("period/%010d", i), Value: []byte(strings.Repeat("r", 1500))}
}

func create(b *testing.B, s *boltstore.Store, recs ...keyplan.Record) {
	b.Helper()
	if _, err := s.Create(b.Context(), channel, recs...); err != nil {
		b.Fatal(err)
	}
}
