package boltstore_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan/ledger"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
)

func TestAFullDiskLosesNothingAndEndsWhenThereIsRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	cmd := child(t, "filler", path, "full")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &complaint)
	}
	names := told(t, bufio.NewReader(bytes.NewReader(out)), -1)
	checkKept(t, open(t, path), names)
	t.Logf("%d records were told of", len(names))
}

// fillTheDisk writes until a limit on the size of files stops it, as a full disk would,
// checks what must still work, lifts the limit and goes on.
func fillTheDisk(path, label string) error {
	s, err := boltstore.Open(path)
	if err != nil {
		return err
	}
	if err := limitFiles(256 << 10); err != nil {
		return err
	}
	last, err := fillUp(s, label)
	if err != nil {
		return err
	}
	if err := limitFiles(64 << 20); err != nil {
		return err
	}
	for i := range 20 {
		if err := createAndTell(s, fmt.Sprintf("feed/%s/%08d", label, last+i)); err != nil {
			return fmt.Errorf("with room again: %w", err)
		}
	}
	return s.Close()
}

// fillUp returns the number of the first record for which there was no room.
func fillUp(s *boltstore.Store, label string) (int, error) {
	for i := range 1000 {
		name := fmt.Sprintf("feed/%s/%08d", label, i)
		err := createAndTell(s, name)
		if errors.Is(err, ledger.ErrUnavailable) {
			return i, stillServes(s, label, name)
		}
		if err != nil {
			return i, fmt.Errorf("the error for a full disk does not wrap ErrUnavailable: %w", err)
		}
	}
	return 0, errors.New("the disk does not get full")
}

// stillServes expects that refused is not stored and that what was stored is.
func stillServes(s *boltstore.Store, label, refused string) error {
	found, err := s.Get(context.Background(), channel, refused)
	if err != nil || len(found) > 0 {
		return fmt.Errorf("a Create failed, and Get finds %d records: %v", len(found), err)
	}
	for range 3 {
		if err := createAndTell(s, refused); !errors.Is(err, ledger.ErrUnavailable) {
			return fmt.Errorf("another try on the full disk: %v", err)
		}
	}
	return createAndTell(s, fmt.Sprintf("feed/%s/%08d", label, 0))
}

// limitFiles bounds, in bytes, how long a file this process may write. Unix has that, and
// so these tests need it.
func limitFiles(size uint64) error {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = min(size, limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return os.NewSyscallError("setrlimit", err)
	}
	return nil
}
