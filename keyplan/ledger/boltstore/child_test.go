package boltstore_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
)

// childRole, in the environment, makes the test binary play a part instead of testing.
const childRole = "BOLTSTORE_TEST_CHILD"

// TestMain is where a child begins. Its arguments are the path of a store and a label.
func TestMain(m *testing.M) {
	role, ok := roles()[os.Getenv(childRole)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := role(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func roles() map[string]func(path, label string) error {
	return map[string]func(path, label string) error{
		"opener": openOnce,
		"writer": writeForEver,
		"filler": fillTheDisk,
	}
}

// child gives a command that plays role.
func child(t *testing.T, role, path, label string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, path, label)
	cmd.Env = append(os.Environ(), childRole+"="+role)
	return cmd
}

// openOnce opens the store and closes it.
func openOnce(path, _ string) error {
	s, err := boltstore.Open(path)
	if err != nil {
		return err
	}
	return s.Close()
}

// writeForEver creates one record after the other and prints the name of each that it
// may rely on.
func writeForEver(path, label string) error {
	s, err := boltstore.Open(path)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		if err := createAndTell(s, fmt.Sprintf("feed/%s/%08d", label, i)); err != nil {
			return err
		}
	}
}

func createAndTell(s *boltstore.Store, name string) error {
	kept, err := s.Create(context.Background(), channel, recordOf(name))
	if err != nil {
		return err
	}
	if string(kept[0].Value) != string(recordOf(name).Value) {
		return errors.New("another value is stored under " + name)
	}
	_, err = fmt.Println(name)
	return err
}

// channel is where the tests of this package keep their records.
const channel = "sports-1"

// recordOf gives the one record that a name has in these tests: 64 bytes to 16 KiB.
func recordOf(name string) keyplan.Record {
	sum := sha256.Sum256([]byte(name))
	return keyplan.Record{Name: name, Value: []byte(strings.Repeat(fmt.Sprintf("%x", sum), 1+int(sum[0])))}
}

// told reads up to most names that a child printed whole; most < 0 means all.
func told(t *testing.T, out *bufio.Reader, most int) []string {
	t.Helper()
	var names []string
	for len(names) != most {
		line, err := out.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, strings.TrimSuffix(line, "\n"))
	}
	return names
}
