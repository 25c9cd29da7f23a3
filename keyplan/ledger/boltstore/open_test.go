package boltstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
	bolterrors "go.etcd.io/bbolt/errors"
)

func TestAStoreThatIsOpenedAgainHasEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	var names []string
	for i := range 5 {
		s := open(t, path)
		name := fmt.Sprintf("period/%d", i)
		if _, err := s.Create(t.Context(), channel, recordOf(name)); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		checkKept(t, s, names)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASecondProcessIsToldThatTheFileIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	s := open(t, path)
	out, err := child(t, "opener", path, "").CombinedOutput()
	if err == nil {
		t.Fatal("a second process opened the file")
	}
	want := fmt.Sprintf("open store %s: %v\n", path, boltstore.ErrInUse)
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("what it says (-want +got):\n%s", diff)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, "opener", path, "").CombinedOutput(); err != nil {
		t.Errorf("after Close: %v: %s", err, out)
	}
}

func TestASecondOpenInTheSameProcessIsRefusedToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	open(t, path)
	if _, err := boltstore.Open(path); !errors.Is(err, boltstore.ErrInUse) {
		t.Errorf("Open: %v, want ErrInUse", err)
	}
}

func TestANewStoreAndItsFoldersAreForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "var", "keyrotor")
	s := open(t, filepath.Join(dir, "records.db"))
	want := map[string]os.FileMode{s.Path(): 0o600, dir: 0o700, filepath.Dir(dir): 0o700}
	got := map[string]os.FileMode{}
	for path := range want {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		got[path] = info.Mode().Perm()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modes (-want +got):\n%s", diff)
	}
}

func TestAFolderWhereTheFileShouldBeIsNoStore(t *testing.T) {
	refused(t, t.TempDir(), boltstore.ErrNotStore)
}

func TestAFileOfAnotherKindIsNoStore(t *testing.T) {
	for _, size := range []int{1, 100, 5000, 8192, 100_000} {
		path := filepath.Join(t.TempDir(), "records.db")
		write(t, path, bytes.Repeat([]byte("x"), size))
		refused(t, path, boltstore.ErrNotStore)
	}
}

func TestAPathBelowAFileIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	refused(t, filepath.Join(file, "records.db"), nil)
	refused(t, filepath.Join(file, "below", "records.db"), nil)
}

func TestAnIncompleteCopyIsNoStore(t *testing.T) {
	dir := t.TempDir()
	whole := wholeFile(t, filepath.Join(dir, "records.db"))
	for _, part := range []int{4096, 8192, 16384, len(whole) / 4} {
		path := filepath.Join(dir, fmt.Sprintf("copy-%d.db", part))
		write(t, path, whole[:part])
		refused(t, path, boltstore.ErrNotStore)
	}
}

func TestAnEmptyFileBecomesAStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	write(t, path, nil)
	if _, err := open(t, path).Create(t.Context(), channel, recordOf("a")); err != nil {
		t.Error(err)
	}
}

func TestAClosedStoreAnswersWithErrors(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "records.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, createErr := s.Create(t.Context(), channel, recordOf("a"))
	_, getErr := s.Get(t.Context(), channel, "a")
	_, listErr := s.List(t.Context(), channel, "", "", 0)
	for _, err := range []error{createErr, getErr, listErr, s.Delete(t.Context(), channel, "a")} {
		if !errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			t.Errorf("got %v, want that the store is closed", err)
		}
	}
}

// refused expects an error that names path and is want, unless that is nil.
func refused(t *testing.T, path string, want error) {
	t.Helper()
	s, err := boltstore.Open(path)
	if err == nil {
		s.Close()
		t.Fatalf("%s was opened", path)
	}
	if !strings.Contains(err.Error(), path) || want != nil && !errors.Is(err, want) {
		t.Errorf("Open: %v, want one that names the path: %v", err, want)
	}
}

// wholeFile gives the bytes of a store of some 500 KiB.
func wholeFile(t *testing.T, path string) []byte {
	t.Helper()
	s := open(t, path)
	for i := range 50 {
		if _, err := s.Create(t.Context(), channel, recordOf(fmt.Sprintf("feed/%08d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return read(t, path)
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
