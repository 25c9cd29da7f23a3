package seal_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/seal"
)

func write(t *testing.T, text string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seal.key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestACreatedFileOpensAsTheSameKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	created, err := seal.CreateFile(path)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := seal.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(created.ID(), opened.ID()); diff != "" {
		t.Error(diff)
	}
	at, kid := keyplan.KeyRef{Channel: "news"}, keyplan.KID{1}
	if _, err := opened.Open(t.Context(), at, kid, mustSeal(t, created, at, kid, bytesFrom(0, 16))); err != nil {
		t.Error(err)
	}
}

func TestACreatedFileHoldsBase64ForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	if _, err := seal.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[A-Za-z0-9+/]{43}=\n$`).Match(text) {
		t.Errorf("%d bytes that are not one line of base64 of 32 bytes", len(text))
	}
}

func TestEachCreatedKeyIsAnother(t *testing.T) {
	ids := map[string]bool{}
	for range 10 {
		l, err := seal.CreateFile(filepath.Join(t.TempDir(), "seal.key"))
		if err != nil {
			t.Fatal(err)
		}
		ids[l.ID()] = true
	}
	if len(ids) != 10 {
		t.Errorf("10 files hold %d keys", len(ids))
	}
}

func TestCreatingNeverWritesOverAFile(t *testing.T) {
	path := write(t, "", 0o600)
	if _, err := seal.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if _, err := seal.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the refusal removed the file: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || len(text) != 0 {
		t.Errorf("%d bytes were written, %v", len(text), err)
	}
}

func TestAMissingFileOrFolderIsRecognisable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "seal.key")
	_, opening := seal.OpenFile(path)
	_, creating := seal.CreateFile(path)
	for _, err := range []error{opening, creating} {
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v", err)
		}
	}
}

func TestAKeyFileIsRefusedWithWhatToDo(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(bytesFrom('A', 32))
	const restore = "want 32 bytes in base64: restore it from a backup, or delete it if nothing was ever sealed with it"
	for _, c := range []struct {
		name, text string
		mode       fs.FileMode
		want       string
	}{
		{name: "the group may read", text: good, mode: 0o640, want: "mode 0640 opens it to other users: run chmod 600 on it"},
		{name: "the group may write", text: good, mode: 0o620, want: "mode 0620 opens it to other users: run chmod 600 on it"},
		{name: "others may read", text: good, mode: 0o604, want: "mode 0604 opens it to other users: run chmod 600 on it"},
		{name: "empty", text: "", mode: 0o600, want: restore},
		{name: "cut off", text: good[:40], mode: 0o600, want: restore},
		{name: "a byte short", text: base64.StdEncoding.EncodeToString(bytesFrom('A', 31)), mode: 0o600, want: restore},
		{name: "a byte long", text: base64.StdEncoding.EncodeToString(bytesFrom('A', 33)), mode: 0o600, want: restore},
		{name: "raw bytes", text: string(bytesFrom('A', 32)), mode: 0o600, want: restore},
		{name: "two keys", text: good + "\n" + good, mode: 0o600, want: restore},
		{name: "more than a key", text: good + strings.Repeat("\n", 300), mode: 0o600, want: restore},
		{name: "far too long", text: strings.Repeat(good, 1000), mode: 0o600, want: restore},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text, c.mode)
			l, err := seal.OpenFile(path)
			if err == nil || l != nil {
				t.Fatal("it is taken")
			}
			if diff := cmp.Diff("sealing key "+path+": "+c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAKeyFileMayHaveWhiteSpaceAroundItsKey(t *testing.T) {
	text := base64.StdEncoding.EncodeToString(bytesFrom('A', 32))
	for _, around := range []string{text, text + "\r\n", " \n" + text + " "} {
		l, err := seal.OpenFile(write(t, around, 0o400))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(local(t, 'A').ID(), l.ID()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAFolderIsNoKeyFile(t *testing.T) {
	path := t.TempDir()
	_, err := seal.OpenFile(path)
	if err == nil {
		t.Fatal("it is taken")
	}
	want := "sealing key " + path + ": is not a file: name the file that holds the key"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}
