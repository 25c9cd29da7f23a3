package boltstore_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/ledger/boltstore"
)

func TestWhatCreateReturnedOutlivesAKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "records.db")
	var names []string
	for round := range 6 {
		label := fmt.Sprint(round)
		names = append(names, writeUntilKilled(t, child(t, "writer", path, label), 1+rand.IntN(40))...)
		s := open(t, path)
		checkKept(t, s, names)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d records were told of before a kill", len(names))
}

// writeUntilKilled kills the child while it writes, after at least enough records, and
// gives the names that it told of.
func writeUntilKilled(t *testing.T, cmd *exec.Cmd, enough int) []string {
	t.Helper()
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(stdout)
	names := told(t, out, enough)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	names = append(names, told(t, out, -1)...)
	if err := cmd.Wait(); err == nil || len(names) < enough {
		t.Fatalf("the child ended by itself after %d records: %v %s", len(names), err, &complaint)
	}
	return names
}

// checkKept expects the record of each of names, with its value.
func checkKept(t *testing.T, s *boltstore.Store, names []string) {
	t.Helper()
	got, err := s.Get(t.Context(), channel, names...)
	if err != nil {
		t.Fatal(err)
	}
	var want []keyplan.Record
	for _, name := range names {
		want = append(want, recordOf(name))
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); diff != "" {
		t.Fatalf("kept (-want +got):\n%s", diff)
	}
}
