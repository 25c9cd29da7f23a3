package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// What Open wraps.
var (
	// ErrInUse says that the file is open already, mostly in another process.
	ErrInUse = errors.New("in use, and only one process at a time may have it open")
	// ErrNotStore says that something else than a whole bbolt file is at the path.
	ErrNotStore = errors.New("not a bbolt file, or an incomplete one")
)

// twoPages is how many bytes the headers of a bbolt file have at least.
const twoPages = 2 * 4096

// patience is how long Open waits for another process to let go of the file.
const patience = time.Second

// Open opens the store at path. A file that is not there is created with mode 0600, and
// the folders above it with 0700. The caller closes the store.
func Open(path string) (*Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return s, nil
}

// Close waits for the calls under way and lets go of the file. Later calls of the other
// methods fail; another Close does nothing.
func (s *Store) Close() error { return s.db.Close() }

// Path is where the file is.
func (s *Store) Path() string { return s.db.Path() }

func open(path string) (*Store, error) {
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := checkWhole(path); err != nil {
		return nil, err
	}
	db, err := openFile(path, &bolt.Options{Timeout: patience})
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, turn: make(chan struct{}, 1)}
	if err := s.settle(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// settle puts on the disk what an earlier process may have written without its fsync,
// and the entry of the file in its folder.
func (s *Store) settle() error {
	if err := s.db.Sync(); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(s.Path())); err != nil {
		return err
	}
	return s.db.View(func(tx *bolt.Tx) error {
		s.synced.Store(int64(tx.ID()))
		return nil
	})
}

// checkWhole refuses what is no bbolt file, and a file that is shorter than its header
// says, as an interrupted copy is: to read a mapped file past its end kills the process.
func checkWhole(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is no regular file", ErrNotStore)
	case info.Size() == 0: // created, but not begun
		return nil
	case info.Size() < twoPages:
		return fmt.Errorf("%w: it has %d bytes", ErrNotStore, info.Size())
	}
	db, err := openFile(path, &bolt.Options{Timeout: patience, ReadOnly: true})
	if err != nil {
		return err
	}
	err = db.View(func(tx *bolt.Tx) error {
		if info.Size() < tx.Size() {
			return fmt.Errorf("%w: it has %d bytes, its header says %d", ErrNotStore, info.Size(), tx.Size())
		}
		return nil
	})
	return errors.Join(err, db.Close())
}

// openFile opens a bbolt file and names what can be wrong with it.
func openFile(path string, options *bolt.Options) (*bolt.DB, error) {
	db, err := bolt.Open(path, 0o600, options)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch),
		errors.Is(err, bolterrors.ErrChecksum):
		return nil, fmt.Errorf("%w: %w", ErrNotStore, err)
	}
	return db, err
}
