package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/keyrotor/keyrotor/keyplan"
)

// maxFile is more bytes than a key file may hold: it has 44 and some white space.
const maxFile = 256

// OpenFile reads a key file: 32 bytes in base64 (RFC 4648, 4) that nobody but its owner
// can reach. Its error wraps fs.ErrNotExist if there is no such file, and otherwise
// says what to do.
func OpenFile(path string) (*Local, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	defer f.Close()
	if err := checkOwn(f); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("sealing key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != localSize || len(text) == maxFile {
		return nil, fmt.Errorf("sealing key %s: want %d bytes in base64: restore it from a backup, "+
			"or delete it if nothing was ever sealed with it", path, localSize)
	}
	return NewLocal(keyplan.NewSecret(key))
}

// checkOwn refuses what is no file or is open to other users.
func checkOwn(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("sealing key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("sealing key %s: is not a file: name the file that holds the key", f.Name())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("sealing key %s: mode %#o opens it to other users: run chmod 600 on it",
			f.Name(), mode)
	}
	return nil
}

// CreateFile makes a random key and keeps it in a new file of mode 0600, which is on
// disk when it returns. Its error wraps fs.ErrExist if the path is taken.
func CreateFile(path string) (*Local, error) {
	var key [localSize]byte
	rand.Read(key[:])
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create sealing key: %w", err)
	}
	if err := write(f, base64.StdEncoding.EncodeToString(key[:])+"\n"); err != nil {
		return nil, fmt.Errorf("create sealing key: %w", errors.Join(err, os.Remove(path)))
	}
	return NewLocal(keyplan.NewSecret(key[:]))
}

// write closes f in any case, and returns when its text and its name are on disk.
func write(f *os.File, text string) error {
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
