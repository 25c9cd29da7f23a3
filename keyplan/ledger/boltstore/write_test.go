package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

func TestCallsThatChangeNothingDoNotWrite(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "records.db"))
	if _, err := s.Create(t.Context(), channel, recordOf("a"), recordOf("b")); err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(context.Context) error{
		"Create of what exists": func(ctx context.Context) error {
			_, err := s.Create(ctx, channel, recordOf("b"), recordOf("a"), recordOf("b"))
			return err
		},
		"Create of nothing": func(ctx context.Context) error {
			_, err := s.Create(ctx, "another")
			return err
		},
		"Delete of what does not exist": func(ctx context.Context) error { return s.Delete(ctx, channel, "c") },
		"Delete in an unknown channel":  func(ctx context.Context) error { return s.Delete(ctx, "another", "a") },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			before := read(t, s.Path())
			if err := call(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(before, read(t, s.Path())) {
				t.Error("the file has changed")
			}
		})
	}
}

func TestARecordThatCannotBeStoredKeepsItsWholeCallOut(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "records.db"))
	long := keyplan.Record{Name: strings.Repeat("n", bolt.MaxKeySize+1)}
	if _, err := s.Create(t.Context(), channel, recordOf("a"), long); !errors.Is(err, bolterrors.ErrKeyTooLarge) {
		t.Errorf("Create: %v", err)
	}
	expect(t, s, 0)
}

func TestAChannelWithoutRecordsTakesNoRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := open(t, path)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("feed/%08d", i))
		if _, err := s.Create(t.Context(), channel, recordOf(names[i])); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range [][]string{names[:30], names[70:], names[30:70]} {
		if err := s.Delete(t.Context(), channel, part...); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, s, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := buckets(t, path); left != 0 {
		t.Errorf("%d buckets are left", left)
	}
}

// expect checks how many records the channel has.
func expect(t *testing.T, s *boltstore.Store, want int) {
	t.Helper()
	page, err := s.List(t.Context(), channel, "", "", 0)
	if err != nil || len(page) != want {
		t.Fatalf("List: %d records, %v; want %d", len(page), err, want)
	}
}

// buckets counts the buckets of a file.
func buckets(t *testing.T, path string) (n int) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func([]byte, *bolt.Bucket) error { n++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
