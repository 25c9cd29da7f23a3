package boltstore_test

import (
	"path/filepath"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	"github.com/keyrotor/keyrotor/keyplan/ledger/storetest"
)

func TestTheBoltStoreHoldsToEveryLaw(t *testing.T) {
	storetest.Run(t, func(t *testing.T) ledger.Store {
		return open(t, filepath.Join(t.TempDir(), "records.db"))
	})
}

// open opens the store at path and closes it when the test ends.
func open(t testing.TB, path string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
